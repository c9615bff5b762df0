import type { SeenServer } from '../haproxy/observe-haproxy.js'
import { healthOf } from '../haproxy/server-status.js'
import type { AgentRecord } from '../reporting/agent-record.js'
import type { TimelineEntry } from '../state/agent-event.js'
import { byName } from '../state/by-name.js'
import type { TrafficMarker, TrafficState } from '../state/traffic-state.js'
import { PoolSamples, samplesKept, type Sample } from './pool-samples.js'
import { markerOf } from './traffic-marker.js'

/** Time between two samples. */
const intervalMs = 10_000
/** Most pools with samples, which take 20 kB each, and most markers, of at most 1 kB each. */
const defaultLimits = { pools: 500, markers: 500 }

/** The parts of the record that a sample is made of. */
type SampledRecord = Pick<AgentRecord, 'observation' | 'rendering'>
type SeenServers = ReadonlyMap<string, SeenServer>

/**
 * One hour of traffic of each pool, in memory. The first poll of HAProxy in an interval
 * of 10 seconds makes its sample; no poll is made for it.
 */
export class TrafficHistory {
  readonly #limits: typeof defaultLimits
  readonly #pools = new Map<string, PoolSamples>()
  #markers: readonly TrafficMarker[] = []
  /** Servers of the newest sample, and its time. */
  #last: { readonly at: number; readonly servers: SeenServers } | undefined

  constructor(limits: Partial<typeof defaultLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits }
  }

  /** Notes an event, if it can explain a change of the traffic. */
  mark(entry: TimelineEntry): void {
    const marker = markerOf(entry)
    if (!marker) return
    this.#markers = [...this.#markers, marker].slice(-this.#limits.markers)
  }

  /** Makes a sample of the newest poll, unless its interval has one. */
  sample({ observation, rendering }: SampledRecord): void {
    const { reachable, seenAt: at } = observation?.haproxy ?? {}
    if (!observation || !rendering || !reachable || at === undefined) return
    // The clock was set back: the times of these samples are in the future.
    if (this.#last && at < this.#last.at) this.#forget()
    const interval = intervalOf(at)
    const previous = this.#last && intervalOf(this.#last.at)
    if (previous === interval) return
    const traffic = trafficByPool(observation.servers, this.#last?.servers)
    const seconds = this.#last ? (at - this.#last.at) / 1000 : NaN
    for (const { name, servers } of rendering.rendered.pools) {
      const samples = this.#samplesOf(name, interval)
      samples?.add(interval, {
        // Without the sample before, the counts of the pool may be old ones.
        ...figures(traffic.get(name) ?? noTraffic, samples.newest === previous ? seconds : NaN),
        servers: servers.length,
        up: countUp(name, servers, observation.servers),
      })
    }
    this.#last = { at, servers: new Map(observation.servers) }
  }

  /** Returns the history of the hour before `now`, in milliseconds since the epoch. */
  state(now: number): TrafficState {
    const last = this.#last ? intervalOf(this.#last.at) : -Infinity
    // The present interval may still get its sample.
    const until = Math.max(last, intervalOf(now) - 1)
    const oldest = until - samplesKept
    const pools = [...this.#pools].flatMap(([name, samples]) =>
      samples.newest > oldest ? { name, samples: samples.until(until) } : [],
    )
    const markers = this.#markers.filter(({ at }) => intervalOf(at) > oldest)
    return { intervalMs, until: until * intervalMs, pools: pools.toSorted(byName), markers }
  }

  #forget(): void {
    this.#pools.clear()
    this.#markers = []
    this.#last = undefined
  }

  /** Returns the samples of a pool; undefined if there are too many pools. */
  #samplesOf(name: string, interval: number): PoolSamples | undefined {
    const known = this.#pools.get(name)
    if (known) return known
    if (this.#pools.size >= this.#limits.pools) this.#dropGone(interval)
    if (this.#pools.size >= this.#limits.pools) return undefined
    const samples = new PoolSamples()
    this.#pools.set(name, samples)
    return samples
  }

  /** Drops the pool that is gone for the longest time. */
  #dropGone(interval: number): void {
    const [oldest] = [...this.#pools].toSorted(([, a], [, b]) => a.newest - b.newest)
    const previous = this.#last ? intervalOf(this.#last.at) : interval
    if (oldest && oldest[1].newest < previous) this.#pools.delete(oldest[0])
  }
}

function intervalOf(at: number): number {
  return Math.floor(at / intervalMs)
}

/** Sums over the servers of a pool; times are weighted by requests. */
interface Traffic {
  requests: number
  errors: number
  weightedMs: number
  sessions: number
  queued: number
}

const noTraffic: Traffic = { requests: 0, errors: 0, weightedMs: 0, sessions: 0, queued: 0 }

function trafficByPool(servers: SeenServers, before: SeenServers | undefined) {
  const pools = new Map<string, Traffic>()
  for (const [key, server] of servers) {
    const sums = pools.get(server.pool) ?? { ...noTraffic }
    const known = before?.get(key)
    const requests = growth(known?.totalSessions, server.totalSessions)
    sums.requests += requests
    sums.errors += growth(known && errorsOf(known), errorsOf(server))
    sums.weightedMs += requests * server.responseMs
    sums.sessions += server.sessions
    sums.queued += server.queued
    pools.set(server.pool, sums)
  }
  return pools
}

/** A count that is lower than before is that of a new worker, which began with 0. */
function growth(before = 0, now: number): number {
  return now < before ? now : now - before
}

function errorsOf({ connectionErrors, responseErrors, serverErrors }: SeenServer): number {
  return connectionErrors + responseErrors + serverErrors
}

/** @param seconds - time since the sample before; NaN without one */
function figures(
  { requests, errors, weightedMs, sessions, queued }: Traffic,
  seconds: number,
): Omit<Sample, 'servers' | 'up'> {
  const responseMs = Number.isNaN(seconds) ? NaN : weightedMs / requests
  return { requests: requests / seconds, errors: errors / seconds, responseMs, sessions, queued }
}

function countUp(
  pool: string,
  servers: readonly { readonly name: string }[],
  seen: SeenServers,
): number {
  return servers.filter(({ name }) => healthOf(seen.get(`${pool}/${name}`)?.status ?? '') === 'up')
    .length
}
