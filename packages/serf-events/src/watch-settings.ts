import type { ConnectOptions, MemberFilter } from 'node-serf-client'
import type { ReadTiming } from './read-schedule.js'

/** Agent to watch, filter and timing. */
export interface WatchOptions extends ConnectOptions, Partial<ReadTiming> {
  /**
   * Shortest interval between two regular reads of all members. It is 20 ms for each
   * member, up to 10 minutes, if that is longer.
   *
   * @defaultValue 10,000 ms
   */
  readonly resyncMs?: number
  /**
   * Only members that match: regular expressions (RE2) for status, name and tags, each
   * matched whole.
   *
   * @defaultValue all members
   */
  readonly filter?: MemberFilter
  /**
   * Requests for an immediate read: each event `refresh` on this target causes one.
   *
   * @defaultValue none
   */
  readonly refreshRequests?: EventTarget
}

/** Options with their defaults filled in. */
export interface WatchSettings extends ReadTiming {
  readonly agent: ConnectOptions
  readonly resyncMs: number
  readonly filter: MemberFilter | undefined
  readonly refreshRequests: EventTarget | undefined
}

export function watchSettings(options: WatchOptions): WatchSettings {
  const {
    resyncMs = 10_000,
    quietMs = 10,
    maxWaitMs = 50,
    filter,
    refreshRequests,
    ...agent
  } = options
  return { resyncMs, quietMs, maxWaitMs, filter, refreshRequests, agent }
}
