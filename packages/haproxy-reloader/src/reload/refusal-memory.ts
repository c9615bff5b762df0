import type { Outcome } from '../plan/outcome.js'

/** The last text that HAProxy rejected or failed to load, with its outcome. */
export interface RefusalMemory {
  /** Returns the outcome of a text that was refused a short while ago, without another check or reload. */
  outcomeOf(text: string, now: number): Outcome | undefined
  /** Remembers a refusal. */
  remember(text: string, outcome: Outcome, now: number): void
  /** Drops the refusal. */
  forget(): void
}

/** A refused text may be accepted later: a port becomes free, a certificate is installed. */
const retryRefusedAfterMs = 30_000

/** Creates a memory of one text; `now` is milliseconds of any one clock. */
export function createRefusalMemory(): RefusalMemory {
  let refused: { text: string; outcome: Outcome; until: number } | undefined
  return {
    outcomeOf: (text, now) =>
      refused?.text === text && now < refused.until ? refused.outcome : undefined,
    /** Remembers a refusal. */
    remember(text, outcome, now) {
      refused = { text, outcome, until: now + retryRefusedAfterMs }
    },
    forget() {
      refused = undefined
    },
  }
}
