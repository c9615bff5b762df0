/** Facts on which the priority of this balancer depends. */
export interface BalancerFacts {
  /** Set if HAProxy accepts connections at its socket. */
  readonly isPresent: boolean
  /** Set if HAProxy answers, and the Serf agent too. */
  readonly isFollowing: boolean
  /** Set after this balancer was told to give the address to another one. */
  readonly isReleased: boolean
}

/** The number at which keepalived gives the address up at once. */
const fault = -254
/** The number of a balancer that only serves while no other is better. */
const worse = -50

/**
 * Returns the number that is added to the priority of this balancer.
 *
 * | HAProxy       | the agent              | number | the address                           |
 * |---------------|------------------------|--------|---------------------------------------|
 * | is away       |                        | -254   | is given up at once                   |
 * | is there      | was told to release it | -254   | is given up at once                   |
 * | is there      | does not follow        | -50    | goes to a balancer that follows       |
 * | is there      | follows                | 0      | stays where it is                     |
 *
 * A balancer that does not follow keeps the address if no other follows: its HAProxy
 * still has the members that it knew.
 */
export function addressPriority({ isPresent, isFollowing, isReleased }: BalancerFacts): number {
  if (!isPresent || isReleased) return fault
  return isFollowing ? 0 : worse
}
