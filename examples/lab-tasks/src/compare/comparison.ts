import type { Measured } from './measure.js'

/** Both systems, measured one after the other in one run. */
export interface Comparison {
  /** ISO 8601. */
  readonly date: string
  readonly engine: string
  readonly versions: Readonly<Record<string, string>>
  readonly classic: Measured
  readonly agent: Measured
}
