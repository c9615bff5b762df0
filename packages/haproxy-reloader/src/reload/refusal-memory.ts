import { isSameFiles } from '../plan/desired-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'

/** What HAProxy is given to load. */
type Loaded = Pick<DesiredState, 'text' | 'files'>

/** The last text, with the files that it names, that HAProxy rejected or failed to load. */
export interface RefusalMemory {
  /** Returns the outcome of a text that was refused a short while ago, without another check or reload. */
  outcomeOf(state: Loaded, now: number): Outcome | undefined
  /** Remembers a refusal. */
  remember(state: Loaded, outcome: Outcome, now: number): void
  /** Drops the refusal. */
  forget(): void
}

/** A refused text may be accepted later: a port becomes free, a certificate is installed. */
const retryRefusedAfterMs = 30_000

/** Creates a memory of one text; `now` is milliseconds of any one clock. */
export function createRefusalMemory(): RefusalMemory {
  let refused: { state: Loaded; outcome: Outcome; until: number } | undefined
  return {
    outcomeOf({ text, files }, now) {
      if (refused?.state.text !== text || now >= refused.until) return undefined
      return isSameFiles(refused.state.files, files) ? refused.outcome : undefined
    },
    remember({ text, files }, outcome, now) {
      refused = {
        state: { text, ...(files && { files }) },
        outcome,
        until: now + retryRefusedAfterMs,
      }
    },
    forget() {
      refused = undefined
    },
  }
}
