import type { Membership } from 'serf-events'
import type { RenderedDecision } from '../rendering/render-decision.js'
import { nextStates, type StatedMembers } from '../reporting/member-states.js'
import { causeOf, noChange } from '../reporting/round-events.js'
import { maxCauses } from '../state/agent-event.js'

/** Reported changes that no round has processed yet. */
export interface PendingChange {
  /** Time of the first report, in milliseconds of the monotonic clock; NaN for a manual action. */
  readonly detectedAt: number
  readonly kind: string
  readonly texts: readonly string[]
}

/** Adds a snapshot, whose changes `texts` describe. The newest texts are kept. */
export function mergePending(
  earlier: PendingChange | undefined,
  { detectedAt, cause: kind }: Membership,
  texts: readonly string[],
): PendingChange {
  const newest = [...(earlier?.texts ?? []), ...texts].slice(-maxCauses)
  return earlier ? { ...earlier, texts: newest } : { detectedAt, kind, texts: newest }
}

/** Returns the change that a failed round leaves undone, so that the next one has its cause. */
export function undone(
  pending: PendingChange | undefined,
  cause: string,
): PendingChange | undefined {
  if (pending || cause === noChange) return pending
  return { detectedAt: NaN, kind: 'health', texts: [cause] }
}

/** Adds what was reported since to a change that is undone. */
export function withUndone(
  earlier: PendingChange | undefined,
  newer: PendingChange | undefined,
): PendingChange | undefined {
  if (!earlier || !newer) return earlier ?? newer
  return { ...earlier, texts: [...earlier.texts, ...newer.texts].slice(-maxCauses) }
}

/** Returns the change that a failed round leaves undone, with the reports since then. */
export function restored(
  pending: PendingChange | undefined,
  cause: string,
  newer: PendingChange | undefined,
): PendingChange | undefined {
  return withUndone(undone(pending, cause), newer)
}

/**
 * Returns the cause of a round in words: the reported facts, or else the changes of
 * the members' states. `stated` are these states, if they had to be found out.
 */
export function causeIn(
  pending: PendingChange | undefined,
  before: StatedMembers,
  { decision, rendering }: RenderedDecision,
): { readonly cause: string; readonly stated: StatedMembers | undefined } {
  const reported = pending?.texts.join('; ')
  if (reported) return { cause: reported, stated: undefined }
  const stated = nextStates(before, decision, rendering.placement)
  return { cause: causeOf(before.memberStates, stated.memberStates), stated }
}

/** Returns the kind of the cause, and the time from the report of a change until HAProxy ran it. */
export function reaction(
  pending: PendingChange | undefined,
  outcome: { readonly kind: string; readonly tookMs?: number },
  startedAt: number,
): { causeKind: string; reactedInMs: number | undefined } {
  const isReported =
    pending?.kind === 'log' || pending?.kind === 'event' || pending?.kind === 'refresh'
  const { tookMs } = outcome
  const isTimed = isReported && outcome.kind === 'applied' && tookMs !== undefined
  return {
    causeKind: pending?.kind ?? 'health',
    reactedInMs: isTimed ? startedAt + tookMs - pending.detectedAt : undefined,
  }
}
