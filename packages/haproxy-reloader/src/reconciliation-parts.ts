import type { Runtime } from 'haproxy-runtime'
import type { ConfigurationFile } from './configuration-file.js'
import type { DrainClock } from './drain-clock.js'
import type { Tally } from './facts.js'
import type { GenerationLog } from './generation-log.js'
import type { ReloadGate } from './reload-gate.js'
import type { StructuralChange } from './structural-change.js'

/** What a reconciliation works with. */
export interface ReconciliationParts {
  readonly file: ConfigurationFile
  readonly runtime: Runtime
  readonly structural: StructuralChange
  readonly clock: DrainClock
  readonly generations: GenerationLog
  readonly gate: ReloadGate
  readonly tally: Tally
}
