import { compareOnSeat, seatOf, seatRank, type Serves } from './admission-order.js'
import { isFit, type Candidate, type FitCandidate } from './candidate.js'
import { leftOut, noRoom, seatError, unfitFinding } from './draft-pools.js'
import { sameFindings } from './findings.js'
import { compare } from '../model/name-order.js'
import type { CheckedPool } from './pool-policy.js'
import type { Quarantined } from '../model/quarantined.js'
import type { Server } from '../model/server.js'
import { withEdits } from './sorted-servers.js'

/** The servers of a pool, and its candidates that are left out. */
interface SettledPool {
  /** Sorted by name; the same array until it changes. */
  readonly servers: readonly Server[]
  /** Sorted by member; the same array until it changes. */
  readonly quarantined: readonly Quarantined[]
}

/**
 * The candidates of one pool, by address and port. A change is settled in the
 * time of the change, of the seats with several candidates and of the findings.
 * While the pool has no room for all seats, each settlement visits all of them.
 */
export class PoolSeats {
  readonly #policy: CheckedPool
  /** Most seats have one candidate, and no array. */
  readonly #seats = new Map<string, Seat>()
  /** Seats with several candidates: which one gets it depends on the members that serve, at each settlement. */
  readonly #contested = new Set<string>()
  readonly #unfit = new Map<string, Quarantined>()
  /** Seats that changed since the pool was settled, and servers that left one. */
  readonly #touched = new Set<string>()
  readonly #left = new Set<string>()
  /** Seats for which the pool has no room. */
  #waiting = noSeats
  #settled: SettledPool = { servers: [], quarantined: [] }
  #isFindingTouched = false

  constructor(policy: CheckedPool) {
    this.#policy = policy
  }

  /** Number of different addresses and ports. */
  get size(): number {
    return this.#seats.size
  }

  /** True if no candidate is left, not even one with an error. */
  get isEmpty(): boolean {
    return this.#seats.size === 0 && this.#unfit.size === 0
  }

  remove(candidate: Candidate): void {
    const { name } = candidate.member
    if (!isFit(candidate)) {
      this.#isFindingTouched = this.#unfit.delete(name) || this.#isFindingTouched
      return
    }
    const seat = seatOf(candidate)
    this.#left.add(name)
    this.#occupy(
      seat,
      claimantsOf(this.#seats.get(seat)).filter(one => one !== candidate),
    )
  }

  add(candidate: Candidate): void {
    if (isFit(candidate)) {
      const seat = seatOf(candidate)
      this.#occupy(seat, [...claimantsOf(this.#seats.get(seat)), candidate])
    } else {
      const finding = unfitFinding(candidate)
      if (finding) this.#unfit.set(candidate.member.name, finding)
      this.#isFindingTouched = true
    }
  }

  #occupy(seat: string, claimants: readonly FitCandidate[]): void {
    const [only] = claimants
    if (only) this.#seats.set(seat, claimants.length === 1 ? only : claimants)
    else this.#seats.delete(seat)
    if (claimants.length > 1) this.#contested.add(seat)
    else if (this.#contested.delete(seat)) this.#isFindingTouched = true
    this.#touched.add(seat)
  }

  /** Returns the servers and findings after the changes. */
  settle(serves: Serves): SettledPool {
    const edits = new Map<string, Server | undefined>()
    for (const name of this.#left) edits.set(name, undefined)
    const before = this.#waiting
    this.#waiting = this.#seatsWithoutPlace(serves)
    const findings: Quarantined[] = []
    for (const seat of new Set([...this.#touched, ...this.#contested, ...before, ...this.#waiting]))
      this.#settleSeat(seat, { serves, edits, findings })
    const { servers, quarantined } = this.#settled
    const isSame = findings.length + before.size === 0 && !this.#isFindingTouched
    this.#settled = {
      servers: withEdits(servers, edits),
      quarantined: isSame
        ? quarantined
        : sameFindings(quarantined, [...this.#unfit.values(), ...findings]),
    }
    this.#touched.clear()
    this.#left.clear()
    this.#isFindingTouched = false
    return this.#settled
  }

  #settleSeat(seat: string, { serves, edits, findings }: Settlement): void {
    const [winner, ...others] = inSeatOrder(this.#seats.get(seat), serves)
    if (!winner) return
    const isWaiting = this.#waiting.has(seat)
    const { name } = winner.member
    edits.set(name, isWaiting ? undefined : winner.server)
    if (isWaiting) findings.push(leftOut(winner, noRoom(this.#policy)))
    for (const other of others) {
      edits.set(other.member.name, undefined)
      findings.push(leftOut(other, isWaiting ? noRoom(this.#policy) : seatError(seat, name)))
    }
  }

  /** Returns the seats for which the pool has no room. All seats are visited only if there are too many. */
  #seatsWithoutPlace(serves: Serves): ReadonlySet<string> {
    const { maxServers } = this.#policy
    if (this.#seats.size <= maxServers) return noSeats
    const byRank = new Map<number, string[]>()
    for (const [seat, claimants] of this.#seats) {
      const rank = seatRank(claimantsOf(claimants), serves)
      const seats = byRank.get(rank)
      if (seats) seats.push(seat)
      else byRank.set(rank, [seat])
    }
    const waiting = new Set<string>()
    let room = maxServers
    for (const [, seats] of [...byRank].toSorted(([a], [b]) => a - b)) {
      const isEnough = room >= seats.length
      const inOrder = isEnough || room === 0 ? seats : this.#byName(seats, serves)
      for (const seat of isEnough ? [] : inOrder.slice(room)) waiting.add(seat)
      room = Math.max(0, room - seats.length)
    }
    return waiting
  }

  /** Sorts seats by the name of the candidate that gets them. */
  #byName(seats: readonly string[], serves: Serves): readonly string[] {
    return seats
      .map(seat => ({
        seat,
        name: inSeatOrder(this.#seats.get(seat), serves)[0]?.member.name ?? '',
      }))
      .toSorted((a, b) => compare(a.name, b.name))
      .map(({ seat }) => seat)
  }
}

const noSeats: ReadonlySet<string> = new Set()

type Seat = FitCandidate | readonly FitCandidate[]

/** Parts of a settlement, to which each seat adds its own. */
interface Settlement {
  readonly serves: Serves
  readonly edits: Map<string, Server | undefined>
  readonly findings: Quarantined[]
}

function inSeatOrder(seat: Seat | undefined, serves: Serves): readonly FitCandidate[] {
  const claimants = claimantsOf(seat)
  return claimants.length < 2
    ? claimants
    : claimants.toSorted((a, b) => compareOnSeat(a, b, serves))
}

function claimantsOf(seat: Seat | undefined): readonly FitCandidate[] {
  if (seat === undefined) return []
  return isList(seat) ? seat : [seat]
}

function isList(seat: Seat): seat is readonly FitCandidate[] {
  return Array.isArray(seat)
}
