import { plural, verb } from 'command-line-program'

/** Limits of the guard against mass changes. */
export interface GuardLimits {
  /** Largest share of a pool, 0 to 1, that may be in doubt, or be withdrawn, at once. */
  readonly maxLostShare: number
  /** Fewest trusted servers that have to remain. */
  readonly minServers: number
  /** Time for which a loss counts, in milliseconds. */
  readonly windowMs: number
}

/**
 * Members that began leaving within this window, in milliseconds, still count
 * towards the pool size. It is shorter than `windowMs`: after a deployment that
 * replaced all members, the old ones would otherwise outnumber the new ones,
 * and failures of the new ones would not be noticed.
 */
export const recentLeaveWindowMs = 10_000

/** One member of a pool, as the guard counts it. */
export interface Counted {
  readonly name: string
  readonly pools: readonly string[]
  /**
   * - `trusted`: not in doubt
   * - `doubted`: Serf's word would remove or drain it, although it did not leave
   * - `withdrawn`: the agent's own configuration would remove or drain it
   * - `lost`: it was removed recently, although it did not leave
   * - `left`: it began to leave in order within {@link recentLeaveWindowMs}
   */
  readonly as: 'trusted' | 'doubted' | 'withdrawn' | 'lost' | 'left'
}

type Counts = Record<Counted['as'], number>

/**
 * Returns the pools from which nothing may be removed now, with the reason.
 * If many members are in doubt at once, an error of the observer is more likely:
 * its network, its Serf agent, or its own configuration. Members that leave in
 * order are not in doubt, but recent ones count towards the pool size: of many
 * that leave at once, the last may look failed, since no member remains that
 * could spread its leave. Members with a removal that was accepted by hand are
 * not counted.
 *
 * | doubted, withdrawn and lost, of all | trusted               | the pool is |
 * |-------------------------------------|-----------------------|-------------|
 * | no more than `maxLostShare`         | `minServers`, or more | free        |
 * | more                                |                       | guarded     |
 * |                                     | fewer                 | guarded     |
 *
 * @param more - further trusted members of each pool, as a number
 */
export function guardedPools(
  members: Iterable<Counted>,
  { maxLostShare, minServers }: Omit<GuardLimits, 'windowMs'>,
  more: Pick<ReadonlyMap<string, number>, 'get'> = new Map(),
): ReadonlyMap<string, string> {
  const counts = new Map<string, Counts>()
  for (const { pools, as } of members) {
    for (const pool of pools) {
      const count = counts.get(pool) ?? { trusted: 0, doubted: 0, withdrawn: 0, lost: 0, left: 0 }
      count[as]++
      counts.set(pool, count)
    }
  }
  const guarded = new Map<string, string>()
  for (const [pool, count] of counts) {
    const { doubted, withdrawn, lost, left } = count
    const trusted = count.trusted + (more.get(pool) ?? 0)
    if (doubted + withdrawn === 0) continue
    const all = trusted + doubted + withdrawn + lost + left
    if (doubted + withdrawn + lost > maxLostShare * all) {
      const share = `${Math.round(maxLostShare * 100)} %`
      guarded.set(pool, `${causes(count, all)}, more than ${share}`)
    } else if (trusted < minServers) {
      guarded.set(pool, `${plural(trusted, 'server')} would be left, fewer than ${minServers}`)
    }
  }
  return guarded
}

/** Says how many servers each cause would take away. */
function causes({ doubted, withdrawn, lost }: Counts, all: number): string {
  const suspicious = doubted + lost
  const ofAll = `of ${plural(all, 'server')}`
  const inDoubt = `${verb(suspicious, 'is', 'are')} in doubt at once`
  if (withdrawn === 0) return `${suspicious} ${ofAll} ${inDoubt}`
  const taken = `the configuration takes away ${withdrawn} ${ofAll}`
  return suspicious === 0 ? taken : `${taken}, and ${suspicious} ${inDoubt}`
}
