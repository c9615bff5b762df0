import type { PoolTraffic, SampleName, TrafficState } from '../../state/traffic-state.js'

/** Figures of one hour, of one pool or of all. Lists have the same length, oldest first. */
export interface ChartData {
  /** Start of the interval of each sample, in milliseconds since the epoch. */
  readonly times: readonly number[]
  readonly samples: Readonly<Record<SampleName, readonly Sample[]>>
  readonly markers: TrafficState['markers']
}

/** A figure; null where HAProxy was not polled. */
export type Sample = number | null

/** Fewest samples of a chart, if there are as many: ten minutes. */
const leastSamples = 60

/** Returns the figures of one pool, or the sum of all pools, since the first poll. */
export function chartData(traffic: TrafficState, pool?: string): ChartData {
  const pools = traffic.pools.filter(({ name }) => pool === undefined || name === pool)
  const length = Math.min(
    Math.max(0, ...pools.map(({ samples }) => samples.requests.length)),
    Math.max(leastSamples, ...pools.map(({ samples }) => knownLength(samples.up))),
  )
  const sum = (name: SampleName) => sumOf(pools, name, length)
  return {
    times: Array.from({ length }, (_, i) => traffic.until - (length - 1 - i) * traffic.intervalMs),
    samples: {
      requests: sum('requests'),
      errors: sum('errors'),
      responseMs: averageResponse(pools, length),
      servers: sum('servers'),
      up: sum('up'),
      sessions: sum('sessions'),
      queued: sum('queued'),
    },
    markers: traffic.markers,
  }
}

function knownLength(samples: readonly Sample[]): number {
  return (
    samples.length -
    Math.max(
      0,
      samples.findIndex(sample => sample !== null),
    )
  )
}

function sumOf(pools: readonly PoolTraffic[], name: SampleName, length: number): Sample[] {
  return Array.from({ length }, (_, i) => {
    const known = pools.flatMap(({ samples }) => samples[name].at(i - length) ?? [])
    return known.length === 0 ? null : known.reduce((all, value) => all + value, 0)
  })
}

/** Averages by requests: a pool with more of them counts more. */
function averageResponse(pools: readonly PoolTraffic[], length: number): Sample[] {
  return Array.from({ length }, (_, i) => {
    let [weights, sum] = [0, 0]
    for (const { samples } of pools) {
      const [ms, requests] = [
        samples.responseMs.at(i - length) ?? null,
        samples.requests.at(i - length) ?? 0,
      ]
      if (ms === null) continue
      weights += requests
      sum += requests * ms
    }
    return weights === 0 ? null : sum / weights
  })
}

/** Returns a round number that is at least `value`: 1, 2 or 5 times a power of ten. */
export function roundAbove(value: number): number {
  if (value <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find(step => step * power >= value) ?? 10) * power
}

/** Size of a chart's drawing. */
export const drawing = { width: 360, height: 80 } as const

/** Returns the path of a line for SVG. It has a gap where HAProxy was not polled. */
export function linePath(samples: readonly Sample[], highest: number): string {
  const step = drawing.width / Math.max(1, samples.length - 1)
  let isOpen = false
  return samples
    .flatMap((sample, i) => {
      const command = isOpen ? 'L' : 'M'
      isOpen = sample !== null
      if (sample === null) return []
      const y = drawing.height - (sample / highest) * (drawing.height - 4) - 1
      return `${command}${(i * step).toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** Returns the markers of the interval of one sample. */
export function markersAt(
  { times, markers }: ChartData,
  index: number,
): readonly ChartData['markers'][number][] {
  const from = times[index] ?? Infinity
  const to = times[index + 1] ?? from + 60_000
  return markers.filter(({ at }) => at >= from && at < to)
}

/** Returns the position of a time in the drawing, between 0 and its width; undefined outside of it. */
export function positionOf({ times }: Pick<ChartData, 'times'>, at: number): number | undefined {
  const [first = Infinity, last = -Infinity] = [times[0], times.at(-1)]
  if (at < first || at > last + 60_000 || last <= first) return undefined
  return Math.min(drawing.width, ((at - first) / (last - first)) * drawing.width)
}
