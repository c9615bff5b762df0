import type { Membership } from 'serf-events'

/** Returns the address of the balancer's own member; undefined if it is unknown. */
export function balancerAddress({
  members,
  self,
}: Pick<Membership, 'members' | 'self'>): string | undefined {
  return members.get(self ?? '')?.address
}
