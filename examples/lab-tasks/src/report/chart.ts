import type { Sample } from '../compare/steady-traffic.js'

/** Requests of one system around an act, for one half of a picture. */
export interface Panel {
  readonly title: string
  readonly samples: readonly Sample[]
}

const width = 460
const height = 220
const left = 52
const top = 34
const bottom = 34
const plotWidth = width - left - 14
const plotHeight = height - top - bottom

/** Latencies shown, on a logarithmic scale; ms. */
const ticks = [1, 10, 100, 1000, 10_000]
const lowest = 1
const highest = 30_000

/**
 * An SVG of panels side by side: each request is a dot at the time when it
 * was sent and the time that it took, its colour by its result. The
 * line stands where the act began.
 */
export function chart(title: string, panels: readonly Panel[]): string {
  const total = width * panels.length
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height + 20}" width="${total}" height="${height + 20}" role="img" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${total}" height="${height + 20}" fill="#ffffff"/>`,
    ...panels.map(
      (panel, i) => `<g transform="translate(${i * width} 0)">${drawn(panel, range(panels))}</g>`,
    ),
    legend(height + 8),
    '</svg>',
    '',
  ].join('\n')
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

function drawn({ title, samples }: Panel, { from, to }: Range): string {
  const x = (ms: number) => left + ((ms - from) / (to - from)) * plotWidth
  const failed = samples.filter(sample => !isGood(sample)).length
  const seconds = Array.from(
    { length: Math.floor(to / 2000) - Math.ceil(from / 2000) + 1 },
    (_, i) => (Math.ceil(from / 2000) + i) * 2,
  )
  return [
    `<text x="${left}" y="16" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${width - 14}" y="16" text-anchor="end">${failed} of ${samples.length} requests failed${latencies(samples)}</text>`,
    ...ticks.map(
      ms =>
        `<line x1="${left}" x2="${left + plotWidth}" y1="${y(ms)}" y2="${y(ms)}" stroke="#dddddd"/>` +
        `<text x="${left - 6}" y="${y(ms)}" dy="4" text-anchor="end">${ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}</text>`,
    ),
    ...seconds.map(
      s =>
        `<text x="${fixed(x(s * 1000))}" y="${height - bottom + 16}" text-anchor="middle">${s} s</text>`,
    ),
    `<line x1="${fixed(x(0))}" x2="${fixed(x(0))}" y1="${top - 8}" y2="${top + plotHeight}" stroke="#555555" stroke-dasharray="4 3"/>`,
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

/** The median and the 99th percentile of the times, for a label. */
function latencies(samples: readonly Sample[]): string {
  const times = samples.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1]
  return times.length === 0 ? '' : `; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}

function y(ms: number): string {
  const share = Math.log(Math.min(Math.max(ms, lowest), highest)) / Math.log(highest)
  return fixed(top + (1 - share) * plotHeight)
}

function legend(at: number): string {
  const kinds = [
    ['200', colour({ status: 200 })],
    ['503 and other statuses', colour({ status: 503 })],
    ['no answer', colour({ status: 0 })],
  ]
  const parts = kinds.map(
    ([text, fill], i) =>
      `<circle cx="${left + i * 160}" cy="${at}" r="4" fill="${fill}"/><text x="${left + 8 + i * 160}" y="${at + 4}">${text}</text>`,
  )
  return `<g>${parts.join('')}</g>`
}

function isGood({ status }: Pick<Sample, 'status'>): boolean {
  return status === 200
}

function colour({ status }: Pick<Sample, 'status'>): string {
  return status === 200 ? '#2a7a3b' : status === 0 ? '#222222' : '#c0282d'
}

/** A coordinate with one decimal. */
export function fixed(value: number): string {
  return value.toFixed(1)
}

/** Text without characters that SVG would take for its own. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
