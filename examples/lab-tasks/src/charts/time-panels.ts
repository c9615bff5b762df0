/** One of the panels that stand side by side. */
export interface TimePanel {
  readonly title: string
  /** Counts and figures, at the right of the title. */
  readonly note: string
  /** What it shows, as SVG in the coordinates of the panel. */
  readonly content: string
}

/** A colour of a picture, and its meaning. */
export interface LegendEntry {
  readonly text: string
  readonly colour: string
}

const width = 460
const height = 220

/** The plot within a panel, in pixels. */
export const plot = { left: 52, right: width - 14, top: 34, bottom: height - 34 } as const

/** Times shown, on a logarithmic scale; ms. */
const ticks = [1, 10, 100, 1000, 10_000]

/** Returns the place of a time on the logarithmic scale from 1 ms to the highest one. */
export function timeScale(highestMs: number): (ms: number) => string {
  return ms => {
    const share = Math.log(Math.min(Math.max(ms, 1), highestMs)) / Math.log(highestMs)
    return fixed(plot.bottom - share * (plot.bottom - plot.top))
  }
}

/** An SVG of panels side by side with one scale of times, and a legend below. */
export function timePanels(
  title: string,
  panels: readonly TimePanel[],
  { y, legend }: { readonly y: (ms: number) => string; readonly legend: readonly LegendEntry[] },
): string {
  const size = { width: width * panels.length, height: height + 20 }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    ...panels.map((panel, i) => `<g transform="translate(${i * width} 0)">${drawn(panel, y)}</g>`),
    `<g>${legend.map(legendEntry).join('')}</g>`,
    '</svg>',
    '',
  ].join('\n')
}

function drawn({ title, note, content }: TimePanel, y: (ms: number) => string): string {
  return [
    `<text x="${plot.left}" y="16" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    `<text x="${plot.right}" y="16" text-anchor="end">${escaped(note)}</text>`,
    ...ticks.map(
      ms =>
        `<line x1="${plot.left}" x2="${plot.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#dddddd"/>` +
        `<text x="${plot.left - 6}" y="${y(ms)}" dy="4" text-anchor="end">${ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}</text>`,
    ),
    content,
  ].join('')
}

/** Draws a label below the plot. */
export function labelBelow(x: number, text: string): string {
  return `<text x="${fixed(x)}" y="${plot.bottom + 16}" text-anchor="middle">${escaped(text)}</text>`
}

function legendEntry({ text, colour }: LegendEntry, i: number): string {
  const [x, y] = [plot.left + i * 160, height + 8]
  return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/><text x="${x + 8}" y="${y + 4}">${text}</text>`
}

/** A coordinate with one decimal. */
export function fixed(value: number): string {
  return value.toFixed(1)
}

/** Text without characters that SVG would take for its own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
