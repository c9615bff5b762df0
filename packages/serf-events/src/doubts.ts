import type { Member } from 'node-serf-client'
import type { NameConflict } from './membership.js'

/** A suspicion ends with the member's failure at the latest: Serf's own limit is shorter. */
const longestSuspicionMs = 60_000

/** A conflict is logged anew while it lasts. */
const longestConflictMs = 30_000

/** What is in doubt about members, and since when; milliseconds of one clock. */
export interface Doubts {
  readonly suspectedAt: ReadonlyMap<string, number>
  readonly conflicts: ReadonlyMap<string, NameConflict & { readonly toldAt: number }>
}

export const noDoubts: Doubts = { suspectedAt: new Map(), conflicts: new Map() }

/** A probe found no answer. */
export function suspect(doubts: Doubts, name: string, now: number): Doubts {
  return { ...doubts, suspectedAt: new Map([...doubts.suspectedAt, [name, now]]) }
}

/** The member answered after all. */
export function refute(doubts: Doubts, name: string): Doubts {
  const suspectedAt = [...doubts.suspectedAt].filter(([suspected]) => suspected !== name)
  return { ...doubts, suspectedAt: new Map(suspectedAt) }
}

/** Somebody claims the name of a member. */
export function contest(
  doubts: Doubts,
  name: string,
  { mine, theirs }: NameConflict,
  now: number,
): Doubts {
  const conflict = { mine, theirs, toldAt: now }
  return { ...doubts, conflicts: new Map([...doubts.conflicts, [name, conflict]]) }
}

/**
 * The doubts that `members` leave open: only who is alive can be suspect, and
 * only who is known can be claimed. Pure: time comes in as a number.
 */
export function settle(doubts: Doubts, members: ReadonlyMap<string, Member>, now: number): Doubts {
  return {
    suspectedAt: new Map(
      [...doubts.suspectedAt].filter(
        ([name, at]) => members.get(name)?.status === 'alive' && now - at < longestSuspicionMs,
      ),
    ),
    conflicts: new Map(
      [...doubts.conflicts].filter(
        ([name, { toldAt }]) => members.has(name) && now - toldAt < longestConflictMs,
      ),
    ),
  }
}
