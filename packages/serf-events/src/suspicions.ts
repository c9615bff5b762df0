import type { Member } from 'node-serf-client'
import type { NameConflict } from './membership.js'

/** Upper limit of a suspicion. Serf's own limit is shorter: the member has failed by then. */
const maxSuspicionMs = 60_000

/** Upper limit of a conflict. The agent repeats the log line while the conflict lasts. */
const maxConflictMs = 30_000

/** Upper limit for the open suspicions, and for the conflicts: each is copied with every change. */
const maxOpen = 1000

/** Age at which a repeated line renews a suspicion or a conflict. */
const renewMs = 1000

/** Open suspicions and name conflicts, by member name; times in milliseconds of one clock. */
export interface Suspicions {
  readonly suspectedAt: ReadonlyMap<string, number>
  readonly conflicts: ReadonlyMap<string, NameConflict & { readonly loggedAt: number }>
}

export const noSuspicions: Suspicions = { suspectedAt: new Map(), conflicts: new Map() }

/** Adds a member that did not answer a probe; a thousand others leave no room for it. */
export function recordSuspicion(suspicions: Suspicions, name: string, now: number): Suspicions {
  const suspectedAt = suspicions.suspectedAt.get(name)
  if (!isDue(suspectedAt, suspicions.suspectedAt.size, now)) return suspicions
  return { ...suspicions, suspectedAt: new Map([...suspicions.suspectedAt, [name, now]]) }
}

/** Removes a suspicion: the member answered. */
export function recordRefutation(suspicions: Suspicions, name: string): Suspicions {
  const suspectedAt = [...suspicions.suspectedAt].filter(([suspected]) => suspected !== name)
  return { ...suspicions, suspectedAt: new Map(suspectedAt) }
}

/** Adds a conflict: a second node claims the name of a member; a thousand others leave no room for it. */
export function recordConflict(
  suspicions: Suspicions,
  name: string,
  { mine, theirs }: NameConflict,
  now: number,
): Suspicions {
  const loggedAt = suspicions.conflicts.get(name)?.loggedAt
  if (!isDue(loggedAt, suspicions.conflicts.size, now)) return suspicions
  const conflict = { mine, theirs, loggedAt: now }
  return { ...suspicions, conflicts: new Map([...suspicions.conflicts, [name, conflict]]) }
}

/** Returns true if an entry of this time has to be written: it is new and there is room, or it is old. */
function isDue(at: number | undefined, size: number, now: number): boolean {
  return at === undefined ? size < maxOpen : now - at >= renewMs
}

/**
 * Removes the suspicions of members that are not alive, the conflicts of
 * unknown members, and everything past its limit. Pure: time comes in as a number.
 */
export function pruneSuspicions(
  suspicions: Suspicions,
  members: ReadonlyMap<string, Member>,
  now: number,
): Suspicions {
  return {
    suspectedAt: new Map(
      [...suspicions.suspectedAt].filter(
        ([name, at]) => members.get(name)?.status === 'alive' && now - at < maxSuspicionMs,
      ),
    ),
    conflicts: new Map(
      [...suspicions.conflicts].filter(
        ([name, { loggedAt }]) => members.has(name) && now - loggedAt < maxConflictMs,
      ),
    ),
  }
}
