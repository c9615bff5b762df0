import { isFit, type Candidate } from './candidate.js'
import type { CompiledPool } from './compiled-policy.js'
import { draftPools, weighedServers, type AdmissionContext } from './draft-pools.js'
import { sameFindings } from './findings.js'
import { compare } from '../model/name-order.js'
import { PoolSeats } from './pool-seats.js'
import type { Quarantined } from '../model/quarantined.js'
import type { Server } from '../model/server.js'
import type { PoolMember } from './server-from-member.js'
import { withSame } from './sorted-servers.js'

/** The pools of a policy. */
interface SettledPolicy {
  /** Sorted servers by pool; a list that did not change is the same array. */
  readonly pools: ReadonlyMap<string, readonly Server[]>
  /** Findings in parts that stay the same arrays until they change. */
  readonly quarantined: readonly (readonly Quarantined[])[]
}

/** The candidates of one policy, by member and by pool. */
export class PolicyCandidates {
  readonly #compiled: CompiledPool
  readonly #candidates = new Map<string, Candidate>()
  readonly #seats = new Map<string, PoolSeats>()
  #pools: ReadonlyMap<string, readonly Server[]> = new Map()
  /** Findings of the last whole draft. */
  #drafted: readonly Quarantined[] = []

  constructor(compiled: CompiledPool) {
    this.#compiled = compiled
    const { name, perTag } = compiled.policy
    if (perTag === undefined) this.#seatsOf(name)
  }

  /** Takes the new values of a member, or `undefined` if it is gone. */
  change(name: string, member: PoolMember | undefined): void {
    const before = this.#candidates.get(name)
    const after = member && this.#compiled.evaluate(member, before)
    if (before) this.#seats.get(before.pool)?.remove(before)
    if (after) this.#seatsOf(after.pool).add(after)
    if (after) this.#candidates.set(name, after)
    else this.#candidates.delete(name)
  }

  /** Returns the pools after the changes. */
  settle(context: AdmissionContext): SettledPolicy {
    const { policy } = this.#compiled
    const pools = new Map<string, readonly Server[]>()
    const quarantined: (readonly Quarantined[])[] = []
    for (const [name, seats] of this.#seats) {
      const settled = seats.settle(context.serves)
      quarantined.push(settled.quarantined)
      if (seats.size > 0 || policy.perTag === undefined)
        pools.set(name, this.#weighed(name, settled.servers))
      else if (seats.isEmpty) this.#seats.delete(name)
    }
    if (this.#isDraftNeeded(pools, context)) return this.#draft(context)
    this.#pools = pools
    return { pools, quarantined }
  }

  /** Returns whether the pools depend on each other, or on those of other policies. */
  #isDraftNeeded(pools: ReadonlyMap<string, unknown>, { isFree }: AdmissionContext): boolean {
    const { perTag, route, maxPools } = this.#compiled.policy
    if (route) return true
    return perTag !== undefined && (pools.size > maxPools || ![...pools.keys()].every(isFree))
  }

  #draft(context: AdmissionContext): SettledPolicy {
    const { policy } = this.#compiled
    const draft = draftPools([...this.#candidates.values()], policy, context)
    const pools = new Map<string, readonly Server[]>()
    for (const [name, places] of draft.pools) {
      const servers = weighedServers(places, policy).toSorted((a, b) => compare(a.name, b.name))
      pools.set(name, withSame(this.#pools.get(name) ?? [], servers))
    }
    this.#pools = pools
    this.#drafted = sameFindings(this.#drafted, draft.quarantined)
    return { pools, quarantined: [this.#drafted] }
  }

  #weighed(pool: string, servers: readonly Server[]): readonly Server[] {
    const { policy } = this.#compiled
    if (!policy.canary) return servers
    const places = servers.flatMap(({ name }) => {
      const candidate = this.#candidates.get(name)
      return candidate && isFit(candidate) ? candidate : []
    })
    return withSame(this.#pools.get(pool) ?? [], weighedServers(places, policy))
  }

  #seatsOf(pool: string): PoolSeats {
    const seats = this.#seats.get(pool) ?? new PoolSeats(this.#compiled.policy)
    this.#seats.set(pool, seats)
    return seats
  }
}
