import { compare } from '../model/name-order.js'
import type { FitCandidate } from './candidate.js'

/** Returns whether a member serves in a pool already. */
export type Serves = (member: string, pool: string) => boolean

/** Members that serve already: in every pool that selects them, or each with its pools. */
export type Incumbents = ReadonlySet<string> | Pick<ReadonlyMap<string, readonly string[]>, 'get'>

/** Returns the test of the members that serve. */
export function servesTest(incumbents: Incumbents): Serves {
  return 'get' in incumbents
    ? (name, pool) => incumbents.get(name)?.includes(pool) === true
    : name => incumbents.has(name)
}

/** The address and port of a candidate: no two servers of a pool share them. */
export function seatOf({ server: { address, port } }: FitCandidate): string {
  return `${address}:${port}`
}

/** Compares two candidates of one seat: staying before draining, serving before new, then by name. */
export function compareOnSeat(a: FitCandidate, b: FitCandidate, serves: Serves): number {
  return rankOnSeat(a, serves) - rankOnSeat(b, serves) || compare(a.member.name, b.member.name)
}

/**
 * Sorts candidates into the order of their admission. Seats of members that
 * serve, draining or not, come before all others, so that no waiting member
 * displaces a serving one from a full pool. The candidates of
 * one seat are in the order of {@link compareOnSeat}.
 */
export function inAdmissionOrder(
  candidates: readonly FitCandidate[],
  serves: Serves,
): FitCandidate[] {
  const seats = new Set<string>()
  for (const each of candidates) if (serves(each.member.name, each.pool)) seats.add(seatIn(each))
  const ranked = candidates.map(candidate => ({
    candidate,
    name: candidate.member.name,
    rank: (seats.has(seatIn(candidate)) ? 0 : 4) + rankOnSeat(candidate, serves),
  }))
  return ranked
    .toSorted((a, b) => a.rank - b.rank || compare(a.name, b.name))
    .map(({ candidate }) => candidate)
}

const seatIn = (candidate: FitCandidate) => `${candidate.pool} ${seatOf(candidate)}`

/** Returns the rank of a seat among all: seats of members that serve come first. */
export function seatRank(claimants: readonly FitCandidate[], serves: Serves): number {
  const isServed = claimants.some(({ member, pool }) => serves(member.name, pool))
  return (isServed ? 0 : 4) + Math.min(...claimants.map(one => rankOnSeat(one, serves)))
}

function rankOnSeat({ member, pool }: FitCandidate, serves: Serves): number {
  return (member.draining === true ? 2 : 0) + (serves(member.name, pool) ? 0 : 1)
}
