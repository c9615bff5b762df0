import type { Outcome } from 'haproxy-reloader'
import { mostTexts, type AgentEvent } from '../state/agent-event.js'
import type { Held, MemberState } from '../state/agent-state.js'
import type { Memory } from '../decision/member-memory.js'
import { printableName } from '../printable-name.js'

/** Standings that are no news of a member that nobody knew. */
const unremarkable: ReadonlySet<string> = new Set(['not-selected', 'gone'])

type DecisionEvent = AgentEvent & { readonly kind: 'decision' }

/** Whose place changed from one decision to the next. */
export function decisionEvents(
  before: ReadonlyMap<string, MemberState>,
  after: ReadonlyMap<string, MemberState>,
): DecisionEvent[] {
  const events: DecisionEvent[] = []
  for (const [member, { standing, reason }] of after) {
    const known = before.get(member)?.standing
    if (known === standing || (known === undefined && unremarkable.has(standing))) continue
    const text = `${printableName(member)} is ${standing}: ${reason}`
    const was = known !== undefined && { before: known }
    events.push({ kind: 'decision', member, standing, ...was, reason, text })
  }
  for (const [member, { standing }] of before) {
    if (after.has(member) || unremarkable.has(standing)) continue
    const reason = 'Serf does not tell of it any more'
    const text = `${printableName(member)} is gone: ${reason}`
    events.push({ kind: 'decision', member, standing: 'gone', before: standing, reason, text })
  }
  return events
}

/** The cause of a round that changes nothing of what was decided. */
export const noChange = 'comparison at an interval'

/** Why a round that nobody rang for changes something, in words. */
export function causeOf(
  before: ReadonlyMap<string, MemberState>,
  after: ReadonlyMap<string, MemberState>,
): string {
  const texts = decisionEvents(before, after).map(({ text }) => text)
  return texts.slice(0, mostTexts).join('; ') || noChange
}

/** The removals that are held, pool by pool. */
export function heldRemovals(names: readonly string[], { members }: Memory): Held['removals'] {
  return names.flatMap(member => (members.get(member)?.pools ?? []).map(pool => ({ pool, member })))
}

/** An outcome in a sentence. */
export function outcomeText(outcome: Outcome, cause: string): string {
  switch (outcome.kind) {
    case 'applied': {
      const { generation, via, tookMs, plan } = outcome
      return `Generation ${generation} by ${via} in ${tookMs.toFixed(1)} ms: ${plan.reason} (${cause})`
    }
    case 'unchanged':
      return 'HAProxy runs this already'
    case 'rejected':
      return `HAProxy refuses the configuration; the one before goes on: ${outcome.report}`
    case 'rolled-back':
      return `The change was taken back: ${outcome.cause}`
    case 'deferred':
      return `HAProxy is away, and will find the configuration in its file: ${outcome.cause}`
    default:
      return 'A newer configuration came first'
  }
}
