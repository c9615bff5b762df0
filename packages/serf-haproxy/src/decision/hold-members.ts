import type { Decision, Verdict } from './decide.js'
import type { Memory } from './member-memory.js'

/**
 * Returns a decision in which some members stay as they were applied last, with
 * their former address and tags. Pure.
 *
 * @param reasons - the reason of each such member, by name
 */
export function holdMembers(
  decision: Decision,
  { members: known, heldSince }: Memory,
  { reasons, wallTime }: { reasons: ReadonlyMap<string, string>; wallTime: number },
): Decision {
  const verdicts = new Map(decision.verdicts)
  const members = new Map(decision.memory.members)
  const former = (name: string) => (reasons.has(name) ? known.get(name)?.member : undefined)
  for (const [name, guard] of reasons) {
    const [verdict, next, member] = [verdicts.get(name), members.get(name), former(name)]
    if (!verdict || !next || !member) continue
    verdicts.set(name, { ...verdict, ...held, member, guard })
    members.set(name, { ...next, member })
  }
  const [reason = ''] = reasons.values()
  return {
    ...decision,
    verdicts,
    admitted: decision.admitted.map(each => former(each.name) ?? each),
    held: {
      reason: decision.held?.reason ?? reason,
      names: [...(decision.held?.names ?? []), ...reasons.keys()],
    },
    mayChangeSoon: true,
    memory: { members, heldSince: decision.memory.heldSince ?? heldSince ?? wallTime },
  }
}

const held: Pick<Verdict, 'standing' | 'decidedBy' | 'reason'> = {
  standing: 'held',
  decidedBy: 'last-healthy',
  reason: 'its new tags or address would take its traffic',
}
