import { sampleNames, type PoolTraffic, type SampleName } from '../state/traffic-state.js'

/** Samples that are kept. */
export const samplesKept = 360

/** The figures of one sample; NaN for one that is unknown. */
export type Sample = Readonly<Record<SampleName, number>>

/** The samples of one pool: a ring of numbers for each figure, which never grows. */
export class PoolSamples {
  readonly #rings = Object.fromEntries(
    sampleNames.map(name => [name, new Float64Array(samplesKept).fill(NaN)]),
  ) as Record<SampleName, Float64Array>
  #newest = -Infinity

  /** The interval of the newest sample; infinitely early without one. */
  get newest(): number {
    return this.#newest
  }

  /** Adds the sample of a later interval. Intervals in between are unknown. */
  add(interval: number, sample: Sample): void {
    const gap = Math.min(interval - this.#newest - 1, samplesKept)
    for (const name of sampleNames) {
      const ring = this.#rings[name]
      for (let back = 1; back <= gap; back++) ring[placeOf(interval - back)] = NaN
      ring[placeOf(interval)] = sample[name]
    }
    this.#newest = interval
  }

  /** Returns the samples until an interval, oldest first, with two decimals. */
  until(interval: number): PoolTraffic['samples'] {
    const oldest = interval - samplesKept + 1
    const series = (ring: Float64Array) =>
      Array.from({ length: samplesKept }, (_, i) => this.#at(ring, oldest + i))
    return Object.fromEntries(
      sampleNames.map(name => [name, series(this.#rings[name])]),
    ) as unknown as PoolTraffic['samples']
  }

  #at(ring: Float64Array, interval: number): number | null {
    const value = ring[placeOf(interval)] ?? NaN
    const isKept = interval <= this.#newest && interval > this.#newest - samplesKept
    return isKept && !Number.isNaN(value) ? Math.round(value * 100) / 100 : null
  }
}

function placeOf(interval: number): number {
  return ((interval % samplesKept) + samplesKept) % samplesKept
}
