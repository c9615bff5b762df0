import type { Member } from 'node-serf-client'

/** Whom this node's Serf agent knows at an address, and is right to leave alone. */
const known: ReadonlySet<Member['status']> = new Set(['alive', 'leaving', 'left'])

/**
 * The addresses among the seeds where nobody is that the cluster, as this node
 * sees it, knows. A node's own address is none of them: who joins itself has
 * joined nobody.
 */
export function missingSeeds(
  resolved: readonly string[],
  own: readonly string[],
  members: readonly Pick<Member, 'address' | 'status'>[],
): string[] {
  const there = new Set(own)
  for (const { address, status } of members) if (known.has(status)) there.add(address)
  return [...new Set(resolved)].filter(address => !there.has(address)).toSorted()
}
