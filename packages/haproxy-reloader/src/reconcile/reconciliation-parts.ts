import type { RuntimeClient } from 'haproxy-runtime'
import type { ConfigurationFile } from '../running/configuration-file.js'
import type { DrainClock } from '../running/drain-clock.js'
import type { Tally } from './statistics.js'
import type { GenerationLog } from '../generations/generation-log.js'
import type { ReloadGate } from '../reload/reload-gate.js'
import type { StructuralChange } from '../reload/structural-change.js'

/** What a reconciliation works with. */
export interface ReconciliationParts {
  readonly file: ConfigurationFile
  readonly runtime: RuntimeClient
  readonly structural: StructuralChange
  readonly clock: DrainClock
  readonly generations: GenerationLog
  readonly gate: ReloadGate
  readonly tally: Tally
}
