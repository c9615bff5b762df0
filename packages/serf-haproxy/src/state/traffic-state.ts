/** One hour of traffic, as plain JSON data. */
export interface TrafficState {
  /** Time between two samples, in milliseconds. */
  readonly intervalMs: number
  /** Start of the interval of the newest sample, in milliseconds since the epoch; each other one is `intervalMs` earlier. */
  readonly until: number
  /** Pools with a sample in this hour, by name. */
  readonly pools: readonly PoolTraffic[]
  /** Events of this hour that can explain a change of the traffic, oldest first. */
  readonly markers: readonly TrafficMarker[]
}

/** The samples of one pool. */
export interface PoolTraffic {
  /** Name of the pool. */
  readonly name: string
  /** Lists of the same length, oldest first; `null` where HAProxy was not polled. */
  readonly samples: Readonly<Record<SampleName, readonly (number | null)[]>>
}

/**
 * Figures of a sample.
 *
 * | figure       | meaning                                                                     |
 * |--------------|-----------------------------------------------------------------------------|
 * | `requests`   | sessions a second since the sample before; in HTTP, requests                |
 * | `errors`     | connection errors, response errors and 5xx responses a second               |
 * | `responseMs` | average time to answer, by requests of this interval; `null` without any    |
 * | `servers`    | servers in the decision                                                     |
 * | `up`         | those of them that are up in HAProxy                                        |
 * | `sessions`   | current sessions                                                            |
 * | `queued`     | requests in the queues of the servers                                       |
 */
export type SampleName = (typeof sampleNames)[number]

/** The names of the figures. */
export const sampleNames = [
  'requests',
  'errors',
  'responseMs',
  'servers',
  'up',
  'sessions',
  'queued',
] as const

/** An event in the history. It contains no text of a configuration. */
export interface TrafficMarker {
  /** Time of the event, in milliseconds since the epoch. */
  readonly at: number
  /** `generation`, `reload`, `failed` (a change was rejected or rolled back), or the kind of the event. */
  readonly kind: string
  /** Description in a sentence, of at most 300 characters. */
  readonly text: string
  /** The generation that HAProxy runs since then. @defaultValue not the application of a generation */
  readonly generation?: number
}
