import type { DesiredState } from '../plan/desired-state.js'
import type { KeptGeneration, ListedGeneration } from './generation.js'
import { storedDiff, storedGeneration, type GenerationBefore } from './stored-generation.js'

/** A generation that is not written yet. */
export interface UnwrittenGeneration {
  readonly record: ListedGeneration
  readonly desired: DesiredState
}

/**
 * Returns generations that are not written yet, as if they were read.
 *
 * @param last - the generation before the first of them
 */
export function keptUnwritten(
  unwritten: readonly UnwrittenGeneration[],
  last: GenerationBefore,
): readonly KeptGeneration[] {
  let before = last
  return unwritten.map(({ record, desired }) => {
    const { text, pools, lines, files } = desired
    const diff = storedDiff(
      storedGeneration(record, desired, { ...before, chain: undefined }),
      desired,
    )
    before = { number: record.number, state: desired }
    return { ...record, diff, text, pools, ...(lines && { lines }), ...(files && { files }) }
  })
}
