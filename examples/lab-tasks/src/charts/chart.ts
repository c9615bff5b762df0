import type { Sample } from '../compare/steady-traffic.js'
import { fixed, labelBelow, plot, timePanels, timeScale } from './time-panels.js'

/** Requests of one system around an act, for one half of a picture. */
export interface Panel {
  readonly title: string
  readonly samples: readonly Sample[]
}

const y = timeScale(30_000)

/**
 * An SVG of panels side by side: each request is a dot at the time when it
 * was sent and the time that it took, its colour by its result. The
 * line stands where the act began.
 */
export function chart(title: string, panels: readonly Panel[]): string {
  const drawn = panels.map(panel => ({
    title: panel.title,
    note: counts(panel.samples),
    content: content(panel.samples, range(panels)),
  }))
  return timePanels(title, drawn, { y, legend })
}

interface Range {
  readonly from: number
  readonly to: number
}

/** All panels share one scale, so that the eye can compare them. */
function range(panels: readonly Panel[]): Range {
  const times = panels.flatMap(({ samples }) => samples.map(({ atMs }) => atMs))
  return { from: Math.min(0, ...times), to: Math.max(1, ...times) }
}

function content(samples: readonly Sample[], { from, to }: Range): string {
  const x = (ms: number) => plot.left + ((ms - from) / (to - from)) * (plot.right - plot.left)
  const seconds = Array.from(
    { length: Math.floor(to / 2000) - Math.ceil(from / 2000) + 1 },
    (_, i) => (Math.ceil(from / 2000) + i) * 2,
  )
  return [
    ...seconds.map(s => labelBelow(x(s * 1000), `${s} s`)),
    `<line x1="${fixed(x(0))}" x2="${fixed(x(0))}" y1="${plot.top - 8}" y2="${plot.bottom}" stroke="#555555" stroke-dasharray="4 3"/>`,
    ...dots(samples, x),
  ].join('')
}

/** One path for each result, with a dot for each request: a page has thousands of them. */
function dots(samples: readonly Sample[], x: (ms: number) => number): string[] {
  const places = new Map<string, string[]>()
  for (const sample of samples) {
    const own = places.get(colour(sample)) ?? []
    own.push(`M${fixed(x(sample.atMs))} ${y(sample.tookMs)}h0`)
    places.set(colour(sample), own)
  }
  return [...places].map(
    ([stroke, own]) =>
      `<path d="${own.join('')}" stroke="${stroke}" stroke-width="4" stroke-linecap="round"/>`,
  )
}

/** The failed requests, and the median and the 99th percentile of the times. */
function counts(samples: readonly Sample[]): string {
  const failed = samples.filter(sample => !isGood(sample)).length
  const times = samples.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1]
  const latencies = times.length === 0 ? '' : `; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
  return `${failed} of ${samples.length} requests failed${latencies}`
}

const legend = [
  { text: '200', colour: colour({ status: 200 }) },
  { text: '503 and other statuses', colour: colour({ status: 503 }) },
  { text: 'no answer', colour: colour({ status: 0 }) },
]

function isGood({ status }: Pick<Sample, 'status'>): boolean {
  return status === 200
}

function colour({ status }: Pick<Sample, 'status'>): string {
  return status === 200 ? '#2a7a3b' : status === 0 ? '#222222' : '#c0282d'
}
