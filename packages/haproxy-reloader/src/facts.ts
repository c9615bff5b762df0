import type { Drift } from './task.js'

/** What a reloader counted since it was made; plain data, for metrics and for people. */
export interface ReloaderFacts {
  /** The number of the last generation; 0 where there is none. */
  readonly generation: number
  /** Why generations are not all on the disk, in words; undefined where they are. */
  readonly generationsFault: string | undefined
  readonly drift: Drift
}
