import type { RuntimeClient } from 'haproxy-runtime'
import type { GenerationLog } from '../generations/generation-log.js'
import type { ReloadMethod } from '../reload/master-reload.js'
import type { ReloadLimiter } from '../reload/reload-limiter.js'
import type { StructuralChange } from '../reload/structural-change.js'
import type { TaskSteps } from '../queue/task-steps.js'
import type { DrainClock } from '../running/drain-clock.js'
import type { PacedFile } from '../running/paced-file.js'
import type { ServerStateFile } from '../running/server-state-file.js'
import type { StatisticsRecorder } from './statistics.js'

/** Dependencies of a reconciliation. */
export interface ReconciliationDeps {
  readonly file: PacedFile
  readonly runtime: RuntimeClient
  readonly structural: StructuralChange
  readonly states: ServerStateFile
  readonly clock: DrainClock
  readonly generations: GenerationLog
  readonly reloadLimiter: ReloadLimiter
  readonly statistics: StatisticsRecorder
  readonly steps: TaskSteps
  /** Lists HAProxy's workers, if they can be known. */
  readonly processes: ReloadMethod['processes']
}
