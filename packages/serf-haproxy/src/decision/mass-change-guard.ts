/** How much of a pool may be in doubt before nothing more is taken from it. */
export interface GuardLimits {
  /** Largest share of a pool, 0 to 1, that may be in doubt at once. */
  readonly maxLostShare: number
  /** Fewest servers that have to be left beside those in doubt. */
  readonly minServers: number
  /** How long a loss counts. */
  readonly windowMs: number
}

/**
 * Who began to leave so short a while ago still counts as one of the pool, in
 * milliseconds. Not for `windowMs`: after a deployment that replaced everybody
 * the departed would outvote the doubt in all who serve.
 */
export const recentLeaveWindowMs = 10_000

/** One member of a pool, as the guard counts it. */
export interface Counted {
  readonly name: string
  readonly pools: readonly string[]
  /**
   * - `trusted`: nobody doubts it
   * - `doubted`: it would be taken out, or drained, though it did not ask for it
   * - `lost`: it was, a short while ago
   * - `left`: it began to leave in order within {@link recentLeaveWindowMs}
   */
  readonly as: 'trusted' | 'doubted' | 'lost' | 'left'
}

/**
 * The pools from which nothing may be taken now, and why. When many members
 * are in doubt at once it is likelier that the doubter is wrong: its own
 * network, its own Serf agent. Who leaves in order is in no doubt, but one of
 * the pool: of many that leave at once, the last may look failed, because
 * nobody is left to pass its word on. Who was accepted by hand is not counted.
 *
 * | doubted and lost, of all   | trusted           | the pool is |
 * |----------------------------|-------------------|-------------|
 * | no more than `maxLostShare` | `minServers`, or more | free     |
 * | more                       |                   | guarded     |
 * |                            | fewer             | guarded     |
 */
export function guardedPools(
  members: Iterable<Counted>,
  { maxLostShare, minServers }: GuardLimits,
): ReadonlyMap<string, string> {
  const counts = new Map<string, Record<Counted['as'], number>>()
  for (const { pools, as } of members) {
    for (const pool of pools) {
      const count = counts.get(pool) ?? { trusted: 0, doubted: 0, lost: 0, left: 0 }
      count[as]++
      counts.set(pool, count)
    }
  }
  const guarded = new Map<string, string>()
  for (const [pool, { trusted, doubted, lost, left }] of counts) {
    const all = trusted + doubted + lost + left
    const gone = doubted + lost
    if (doubted === 0) continue
    if (gone > maxLostShare * all) {
      const share = `${Math.round(maxLostShare * 100)} %`
      guarded.set(pool, `${gone} of ${all} servers are in doubt at once, more than ${share}`)
    } else if (trusted < minServers) {
      guarded.set(pool, `${trusted} servers would be left, fewer than ${minServers}`)
    }
  }
  return guarded
}
