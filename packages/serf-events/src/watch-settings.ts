import type { ConnectOptions, MemberFilter } from 'node-serf-client'
import type { ReadTiming } from './read-schedule.js'

/** Which agent to watch, and how patiently. */
export interface WatchOptions extends ConnectOptions, Partial<ReadTiming> {
  /** `members` is read at least this often, whatever the doorbell says; 10,000 ms by default. */
  readonly resyncMs?: number
  /** Only these members: regular expressions (RE2) for status, name and tags, each matched whole. */
  readonly filter?: MemberFilter
  /** A doorbell of one's own: each event `ring` on it is a reason to read `members` now. */
  readonly refreshRequests?: EventTarget
}

/** The options with their defaults. */
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
