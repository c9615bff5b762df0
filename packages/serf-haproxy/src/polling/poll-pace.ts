/** Least interval while a client is watching. */
const viewedIntervalMs = 1000
/** Least interval of the polls of new servers: until their first check passes, and until their first request. */
const newServerIntervalMs = { check: 250, request: 1000 }
/** The times of a server's first steps are known this exactly, as a share of its age. */
const newServerAgeShare = 0.25
/** Largest share of the time that polling may take: of new servers, for a client that watches, and else. */
const busyShare = { some: 0.05, viewed: 0.05, idle: 0.001 }

/** Conditions that decide how often all servers are polled. */
export interface PollConditions {
  readonly isWatched: boolean
  /** Set if the last round found HAProxy away and the last poll did not, or the other way round. */
  readonly isContradicted: boolean
  readonly reconcileMs: number
  /** Time for which HAProxy has had the newest of the new servers; 0 if it is omitted. */
  readonly newestAgeMs?: number
  /** True while the first check of a new server has not passed. */
  readonly isCheckAwaited?: boolean
}

/** A kind of polls: when the last one ended, and how long it took. */
interface LastPoll {
  readonly endedAt: number
  readonly tookMs: number
}

const never: LastPoll = { endedAt: -Infinity, tookMs: 0 }

/** The times of the polls of HAProxy, of all servers and of new ones, by what the last ones cost. */
export class PollPace {
  #all = never
  #some = never
  #isAsked = false

  /** Makes a poll of all servers due as soon as its cost allows. */
  ask(): void {
    this.#isAsked = true
  }

  /** Makes every poll due. */
  reset(): void {
    this.#all = never
    this.#some = never
  }

  /** Notes the end of a poll, and how long it took. A poll of all servers sees the new ones too. */
  polled(which: 'all' | 'some', poll: LastPoll): void {
    this.#some = which === 'some' ? poll : { ...this.#some, endedAt: poll.endedAt }
    if (which === 'some') return
    this.#all = poll
    this.#isAsked = false
  }

  /** Returns the time until the next poll of all servers, and of new ones; not above 0 if it is due. */
  msLeft(now: number, conditions: PollConditions): { readonly all: number; readonly some: number } {
    const allMs = pollIntervalMs({
      ...conditions,
      isAsked: this.#isAsked,
      tookMs: this.#all.tookMs,
    })
    const { newestAgeMs = 0, isCheckAwaited = true } = conditions
    const floorMs = newServerIntervalMs[isCheckAwaited ? 'check' : 'request']
    const leastMs = Math.max(floorMs, newestAgeMs * newServerAgeShare)
    const someMs = Math.max(leastMs, this.#some.tookMs / busyShare.some)
    return { all: this.#all.endedAt + allMs - now, some: this.#some.endedAt + someMs - now }
  }
}

/**
 * Returns the time from the end of a poll of all servers, which took `tookMs`, until the next one. Pure.
 *
 * | the servers are         | least interval | largest share of the time |
 * |-------------------------|----------------|---------------------------|
 * | watched by a client     | 1 s            | 5 %                       |
 * | not watched             | reconcileMs    | 0.1 %                     |
 * | to be polled now        | none           | the same                  |
 * | found otherwise a while | reconcileMs    | any                       |
 */
export function pollIntervalMs({
  isWatched,
  isContradicted,
  isAsked,
  reconcileMs,
  tookMs,
}: PollConditions & { readonly isAsked: boolean; readonly tookMs: number }): number {
  const leastMs = isAsked ? 0 : isWatched ? viewedIntervalMs : reconcileMs
  const ms = Math.max(leastMs, tookMs / (isWatched ? busyShare.viewed : busyShare.idle))
  return isContradicted ? Math.min(ms, reconcileMs) : ms
}
