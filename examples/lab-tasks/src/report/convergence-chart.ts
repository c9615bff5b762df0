import type { Convergence, SizeResult, Spreading } from '../convergence/convergence.js'
import { spreadOf } from '../spread.js'
import { escaped, fixed } from './chart.js'

const width = 460
const height = 220
const left = 52
const top = 34
const bottom = 34
const plotWidth = width - left - 14
const plotHeight = height - top - bottom

/** Times shown, on a logarithmic scale; ms. */
const ticks = [1, 10, 100, 1000, 10_000]
const highest = 60_000

const shares = [
  { of: 'first', text: 'first member', colour: '#2a7a3b' },
  { of: 'half', text: 'half of the members', colour: '#2b5fa8' },
  { of: 'all', text: 'all members', colour: '#c0282d' },
] as const satisfies readonly { of: keyof Spreading; text: string; colour: string }[]

/**
 * An SVG with two panels, for joins and for failures. A dot is the median
 * of the rounds, and the line through it goes from the least to the most.
 */
export function convergenceChart(title: string, { sizes, rounds }: Convergence): string {
  const total = 2 * width
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height + 20}" width="${total}" height="${height + 20}" role="img" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${total}" height="${height + 20}" fill="#ffffff"/>`,
    `<g>${panel('join → members know', sizes, rounds, size => size.join)}</g>`,
    `<g transform="translate(${width} 0)">${panel('kill → members report the failure', sizes, rounds, size => size.failure)}</g>`,
    legend(height + 8),
    '</svg>',
    '',
  ].join('\n')
}

function panel(
  title: string,
  sizes: readonly SizeResult[],
  rounds: number,
  of: (size: SizeResult) => Spreading,
): string {
  const each = plotWidth / Math.max(1, sizes.length)
  return [
    `<text x="${left}" y="16" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${width - 14}" y="16" text-anchor="end">n = ${rounds} at each size</text>`,
    ...ticks.map(
      ms =>
        `<line x1="${left}" x2="${left + plotWidth}" y1="${y(ms)}" y2="${y(ms)}" stroke="#dddddd"/>` +
        `<text x="${left - 6}" y="${y(ms)}" dy="4" text-anchor="end">${ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}</text>`,
    ),
    ...sizes.map((size, i) => column(size.nodes, of(size), left + (i + 0.5) * each)),
  ].join('')
}

/** The three spreads of one size, next to each other. */
function column(nodes: number, spreading: Spreading, middle: number): string {
  const bars = shares.map(({ of, colour }, i) => {
    const { median, least, most } = spreadOf(spreading[of])
    const x = fixed(middle + (i - 1) * 14)
    return (
      `<line x1="${x}" x2="${x}" y1="${y(least)}" y2="${y(most)}" stroke="${colour}" stroke-width="2"/>` +
      `<circle cx="${x}" cy="${y(median)}" r="4" fill="${colour}"/>`
    )
  })
  return `${bars.join('')}<text x="${fixed(middle)}" y="${height - bottom + 16}" text-anchor="middle">${nodes} agents</text>`
}

function y(ms: number): string {
  const share = Math.log(Math.min(Math.max(ms, 1), highest)) / Math.log(highest)
  return fixed(top + (1 - share) * plotHeight)
}

function legend(at: number): string {
  const parts = shares.map(
    ({ text, colour }, i) =>
      `<circle cx="${left + i * 160}" cy="${at}" r="4" fill="${colour}"/><text x="${left + 8 + i * 160}" y="${at + 4}">${text}</text>`,
  )
  return `<g>${parts.join('')}</g>`
}
