import { isTwin, poolsProven, type SettledServers } from './last-healthy.js'
import type { Memory } from './member-memory.js'

/**
 * Returns the members that serve and are settled.
 *
 * @param open - the members that the decision looks at
 * @param counts - number of settled members that serve, by pool
 */
export function settledServers(
  { members }: Memory,
  open: Pick<ReadonlySet<string>, 'has'>,
  counts: Pick<ReadonlyMap<string, number>, 'has'>,
): SettledServers {
  const poolsOf = (name: string) => {
    const known = open.has(name) ? undefined : members.get(name)
    return known?.isAdmitted ? known.pools : undefined
  }
  return {
    serveIn: pool => counts.has(pool),
    *provenPools(servers) {
      for (const [name, facts] of servers ?? []) {
        const pools = poolsOf(name)
        if (pools) yield* poolsProven(pools, facts)
      }
    },
    hasTwinOf(member) {
      for (const [name, known] of members)
        if (known.isAdmitted && !open.has(name) && isTwin(known.member, member)) return true
      return false
    },
  }
}
