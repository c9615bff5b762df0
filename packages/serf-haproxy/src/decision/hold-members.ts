import type { Decision, Verdict } from './decide.js'
import type { PoolMember } from 'haproxy-config-render'
import type { Memory, RememberedMember } from './member-memory.js'

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
  const verdicts = new Map<string, Verdict>()
  const members = new Map<string, RememberedMember>()
  const admitted = new Map<string, PoolMember>()
  const former = (name: string) => (reasons.has(name) ? known.get(name)?.member : undefined)
  for (const [name, guard] of reasons) {
    const verdict = decision.verdicts.get(name)
    const next = decision.memory.members.get(name)
    const member = former(name)
    if (!verdict || !next || !member) continue
    verdicts.set(name, { ...verdict, ...held, member, guard })
    members.set(name, { ...next, member })
    if (decision.admitted.has(name)) admitted.set(name, member)
  }
  const [reason = ''] = reasons.values()
  const { basis, memory } = decision
  const remembered = memory.members.with(members)
  return {
    ...decision,
    verdicts: decision.verdicts.with(verdicts),
    admitted: decision.admitted.with(admitted),
    held: {
      reason: decision.held?.reason ?? reason,
      names: [...(decision.held?.names ?? []), ...reasons.keys()],
    },
    mayChangeSoon: true,
    memory: { members: remembered, heldSince: memory.heldSince ?? heldSince ?? wallTime },
    basis: { ...basis, members: remembered, open: new Set([...basis.open, ...reasons.keys()]) },
  }
}

const held: Pick<Verdict, 'standing' | 'decidedBy' | 'reason'> = {
  standing: 'held',
  decidedBy: 'last-healthy',
  reason: 'its new tags or address would take its traffic',
}
