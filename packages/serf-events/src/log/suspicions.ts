import type { Member } from 'node-serf-client'
import { VersionedMap } from 'versioned-map'
import type { NameConflict } from '../membership.js'

/** Upper limit of a suspicion. Serf's own limit is shorter: the member has failed by then. */
const maxSuspicionMs = 60_000

/** Upper limit of a conflict. The agent repeats the log line while the conflict lasts. */
const maxConflictMs = 30_000

/** Upper limit for the open suspicions, and for the conflicts. */
const maxOpen = 1000

/** Age at which a repeated line renews a suspicion or a conflict. */
const renewMs = 1000

/** Conflict with the time of its newest log line. */
interface LoggedConflict extends NameConflict {
  readonly loggedAt: number
}

/**
 * Open suspicions and name conflicts, by member name, the oldest first; times in
 * milliseconds of one clock.
 */
export interface Suspicions {
  readonly suspectedAt: VersionedMap<string, number>
  readonly conflicts: VersionedMap<string, LoggedConflict>
}

/** Returns no suspicions and no conflicts. */
export function noSuspicions(): Suspicions {
  return {
    suspectedAt: VersionedMap.of<string, number>([]),
    conflicts: VersionedMap.of<string, LoggedConflict>([]),
  }
}

/** Adds a member that did not answer a probe, unless a thousand others are suspect. */
export function recordSuspicion(suspicions: Suspicions, name: string, now: number): Suspicions {
  const { suspectedAt } = suspicions
  if (!isDue(suspectedAt.get(name), suspectedAt.size, now)) return suspicions
  return { ...suspicions, suspectedAt: newest(suspectedAt, name, now) }
}

/** Removes a suspicion: the member answered. */
export function recordRefutation(suspicions: Suspicions, name: string): Suspicions {
  return { ...suspicions, suspectedAt: suspicions.suspectedAt.with([[name, undefined]]) }
}

/** Adds a conflict: a second node claims the name of a member. At most a thousand are kept. */
export function recordConflict(
  suspicions: Suspicions,
  name: string,
  { mine, theirs }: NameConflict,
  now: number,
): Suspicions {
  const { conflicts } = suspicions
  if (!isDue(conflicts.get(name)?.loggedAt, conflicts.size, now)) return suspicions
  return { ...suspicions, conflicts: newest(conflicts, name, { mine, theirs, loggedAt: now }) }
}

/**
 * Removes everything past its limit. Of the members that were read, it removes
 * the suspicions of those that are not alive, and the conflicts of unknown ones.
 * Pure: time comes in as a number.
 *
 * @param names - members that were read, or that a read has removed
 */
export function pruneSuspicions(
  suspicions: Suspicions,
  members: ReadonlyMap<string, Member>,
  names: Iterable<string>,
  now: number,
): Suspicions {
  const { suspectedAt, conflicts } = suspicions
  const read = [...names]
  const notAlive = read.filter(name => members.get(name)?.status !== 'alive')
  const unknown = read.filter(name => !members.has(name))
  return {
    suspectedAt: without(suspectedAt, [
      ...notAlive,
      ...expired(suspectedAt, at => now - at >= maxSuspicionMs),
    ]),
    conflicts: without(conflicts, [
      ...unknown,
      ...expired(conflicts, ({ loggedAt }) => now - loggedAt >= maxConflictMs),
    ]),
  }
}

/** Returns true if an entry of this time has to be written: it is new and there is room, or it is old. */
function isDue(at: number | undefined, size: number, now: number): boolean {
  return at === undefined ? size < maxOpen : now - at >= renewMs
}

/** Puts an entry behind all others. */
function newest<V extends {}>(
  map: VersionedMap<string, V>,
  name: string,
  value: V,
): VersionedMap<string, V> {
  return map.with([[name, undefined]]).with([[name, value]])
}

function without<V extends {}>(
  map: VersionedMap<string, V>,
  names: readonly string[],
): VersionedMap<string, V> {
  return map.with(names.map(name => [name, undefined]))
}

/** Returns the names at the beginning whose values are too old. */
function expired<V extends {}>(
  map: VersionedMap<string, V>,
  isTooOld: (value: V) => boolean,
): string[] {
  const names: string[] = []
  for (const [name, value] of map) {
    if (!isTooOld(value)) break
    names.push(name)
  }
  return names
}
