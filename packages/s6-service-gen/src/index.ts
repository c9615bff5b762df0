export { generate } from './generate.js'
export { importTree } from './import-tree.js'
export { lint } from './lint.js'
export { parseServices } from './service-description.js'
export { readDescription } from './read-description.js'
export { readTree } from './read-tree.js'
export { ServiceError } from './service-error.js'
export { writeTree } from './write-tree.js'
export type { FileTree, TreeFile } from './file-tree.js'
export type { Finding, LintRule } from './finding.js'
export type { GenerateOptions, Layout } from './generate.js'
export type { Imported } from './import-longrun.js'
export type { LintOptions } from './lint.js'
export type { UserBundle } from './overlay-layout.js'
export type {
  Bundle,
  Description,
  Longrun,
  Oneshot,
  Service,
  Services,
} from './service-description.js'
export type { ServiceErrorCode } from './service-error.js'
