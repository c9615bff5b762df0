export { nextStartAt, type LastRun, type Pace } from './pace.js'
export { PacedTask } from './paced-task.js'
export { replaceFile } from './replace-file.js'
export { unifiedDiff } from './generations/unified-diff.js'
