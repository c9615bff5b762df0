import type { Membership } from 'serf-events'
import { mostTexts } from '../state/agent-event.js'

/** What was told of which no round has been made yet. */
export interface PendingChange {
  /** When it was first heard of, in milliseconds of the monotonic clock; NaN where a hand did it. */
  readonly detectedAt: number
  readonly kind: string
  readonly texts: readonly string[]
}

/** The news with a snapshot more, of which these texts tell. */
export function mergePending(
  earlier: PendingChange | undefined,
  { detectedAt, cause: kind }: Membership,
  texts: readonly string[],
): PendingChange {
  return earlier
    ? { ...earlier, texts: [...earlier.texts, ...texts].slice(-mostTexts) }
    : { detectedAt, kind, texts: texts.slice(0, mostTexts) }
}

/** What told of a change, and how long it took from there until HAProxy had it. */
export function reaction(
  news: PendingChange | undefined,
  outcome: { readonly kind: string; readonly tookMs?: number },
  startedAt: number,
): { causeKind: string; reactedInMs: number | undefined } {
  const isRung = news?.kind === 'log' || news?.kind === 'event' || news?.kind === 'refresh'
  const { tookMs } = outcome
  const isTimed = isRung && outcome.kind === 'applied' && tookMs !== undefined
  return {
    causeKind: news?.kind ?? 'health',
    reactedInMs: isTimed ? startedAt + tookMs - news.detectedAt : undefined,
  }
}
