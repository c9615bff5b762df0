import type { PoolMember } from 'haproxy-config-render'
import type { Membership } from 'serf-events'

/** The members that may be load balancers, and the name of this one. */
export interface Balancers {
  /** All members with the role, in the order of their names. */
  readonly members: readonly PoolMember[]
  /** Name of the Serf agent's own member; undefined if it is unknown. */
  readonly self: string | undefined
}

/** No member is a balancer. */
export const noBalancers: Balancers = { members: [], self: undefined }

/**
 * Returns the members with the role of a balancer, in the order of their names. A failed
 * one stays until it leaves or is forgotten: it may be back at any time, and each change
 * of the balancers is a reload of HAProxy on all of the others.
 *
 * @param role - value of the tag `role`; undefined if this agent has no balancers
 * @param before - the result for an earlier membership; it is returned if it is equal
 * @param open - names of all members that may differ since `before`; undefined if any may
 */
export function balancersIn(
  { members, self }: Pick<Membership, 'members' | 'self'>,
  role: string | undefined,
  before: Balancers = noBalancers,
  open?: ReadonlySet<string>,
): Balancers {
  if (role === undefined) return noBalancers
  const isBalancer = (name: string) => {
    const { status = 'left', tags = {} } = members.get(name) ?? {}
    return status !== 'left' && tags['role'] === role
  }
  if (open && before !== noBalancers && before.self === self) {
    const known = new Set(before.members.map(({ name }) => name))
    if (![...open].some(name => known.has(name) || isBalancer(name))) return before
  }
  const found = [...members.values()]
    .filter(({ name }) => isBalancer(name))
    .map(({ name, address, tags }): PoolMember => ({ name, address, tags }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const next = { members: found, self }
  return isSame(before, next) ? before : next
}

function isSame(before: Balancers, next: Balancers): boolean {
  return before !== noBalancers && JSON.stringify(before) === JSON.stringify(next)
}

/** Returns the address of the balancer's own member; undefined if it is unknown. */
export function balancerAddress({
  members,
  self,
}: Pick<Membership, 'members' | 'self'>): string | undefined {
  return members.get(self ?? '')?.address
}
