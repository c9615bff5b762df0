import type { Outcome } from '../plan/outcome.js'

/** Remembers the last text that HAProxy did not take, with what came of it. */
export interface RefusalMemory {
  /** The outcome of a text that was refused a short while ago; it needs no other check or reload. */
  outcomeOf(text: string, now: number): Outcome | undefined
  remember(text: string, outcome: Outcome, now: number): void
  forget(): void
}

/** What HAProxy refused may pass later: a port comes free, a certificate arrives. */
const retryRefusedAfterMs = 30_000

/** A memory of one text; `now` is milliseconds of any one clock. */
export function refusalMemory(): RefusalMemory {
  let refused: { text: string; outcome: Outcome; until: number } | undefined
  return {
    outcomeOf: (text, now) =>
      refused?.text === text && now < refused.until ? refused.outcome : undefined,
    remember(text, outcome, now) {
      refused = { text, outcome, until: now + retryRefusedAfterMs }
    },
    forget() {
      refused = undefined
    },
  }
}
