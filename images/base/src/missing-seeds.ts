import type { Member } from 'node-serf-client'

/** Statuses of members that need no join. */
const settledStatuses: ReadonlySet<Member['status']> = new Set(['alive', 'leaving', 'left'])

/**
 * Returns the addresses of seeds that have no member yet, in the view of this
 * node. The node's own addresses are left out: a node that joins itself stays
 * alone.
 */
export function missingSeeds(
  resolved: readonly string[],
  own: readonly string[],
  members: readonly Pick<Member, 'address' | 'status'>[],
): string[] {
  const known = new Set(own)
  for (const { address, status } of members) if (settledStatuses.has(status)) known.add(address)
  return [...new Set(resolved)].filter(address => !known.has(address)).toSorted()
}
