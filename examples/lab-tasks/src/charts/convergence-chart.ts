import type { Convergence, SizeResult, Spreading } from '../convergence/convergence.js'
import { spreadOf } from '../spread.js'
import { fixed, labelBelow, plot, timePanels, timeScale } from './time-panels.js'

const shares = [
  { of: 'first', text: 'first member', colour: '#2a7a3b' },
  { of: 'half', text: 'half of the members', colour: '#2b5fa8' },
  { of: 'all', text: 'all members', colour: '#c0282d' },
] as const satisfies readonly { of: keyof Spreading; text: string; colour: string }[]

const y = timeScale(60_000)

/**
 * An SVG with two panels, for joins and for failures. A dot is the median
 * of the rounds, and the line through it goes from the least to the most.
 */
export function convergenceChart(title: string, { sizes, rounds }: Convergence): string {
  const note = `n = ${rounds} at each size`
  const joins = columns(sizes, size => size.join)
  const failures = columns(sizes, size => size.failure)
  const panels = [
    { title: 'join → members know', note, content: joins },
    { title: 'kill → members report the failure', note, content: failures },
  ]
  return timePanels(title, panels, { y, legend: shares })
}

function columns(sizes: readonly SizeResult[], of: (size: SizeResult) => Spreading): string {
  const each = (plot.right - plot.left) / Math.max(1, sizes.length)
  return sizes.map((size, i) => column(size.nodes, of(size), plot.left + (i + 0.5) * each)).join('')
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
  return bars.join('') + labelBelow(middle, `${nodes} agents`)
}
