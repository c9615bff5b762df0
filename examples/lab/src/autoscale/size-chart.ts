import type { SizePoint } from './size-series.js'

const width = 720
const height = 260
const left = 40
const right = 16
const top = 40
const bottom = 36
const plotWidth = width - left - right
const plotHeight = height - top - bottom

/** Scale of a chart, from values to pixels. */
interface Scale {
  readonly x: (at: number) => string
  readonly y: (size: number) => string
  readonly highest: number
  readonly from: number
  readonly to: number
}

/**
 * Draws the size of a pool over time as an SVG: the wanted size as a dashed line, the
 * members that serve as a solid one, and a mark for each order.
 */
export function sizeChart(title: string, points: readonly SizePoint[], until: number): string {
  const scale = scaleOf(points, until)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="18" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    ...axes(scale),
    steps(points, scale, ({ wanted }) => wanted, 'stroke="#555555" stroke-dasharray="4 3"'),
    steps(points, scale, ({ healthy }) => healthy, 'stroke="#2a7a3b" stroke-width="2"'),
    ...points.flatMap(point => marks(point, scale)),
    `<text x="${width - right}" y="18" text-anchor="end">solid: serving · dashed: wanted · dots: orders</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function scaleOf(points: readonly SizePoint[], until: number): Scale {
  const from = points[0]?.at ?? until
  const to = Math.max(until, from + 1000)
  const sizes = points.flatMap(({ healthy = 0, wanted = 0 }) => [healthy, wanted])
  const highest = Math.max(1, ...sizes) + 1
  return {
    x: at => (left + ((at - from) / (to - from)) * plotWidth).toFixed(1),
    y: size => (top + (1 - size / highest) * plotHeight).toFixed(1),
    highest,
    from,
    to,
  }
}

function axes({ x, y, highest, from, to }: Scale): string[] {
  const sizes = Array.from({ length: highest + 1 }, (_, size) => size)
  const everySeconds = Math.max(1, Math.ceil((to - from) / 10_000))
  const times = Array.from(
    { length: Math.floor((to - from) / (everySeconds * 1000)) + 1 },
    (_, i) => i * everySeconds,
  )
  return [
    ...sizes.map(
      size =>
        `<line x1="${left}" x2="${width - right}" y1="${y(size)}" y2="${y(size)}" stroke="#dddddd"/>` +
        `<text x="${left - 6}" y="${y(size)}" dy="4" text-anchor="end">${size}</text>`,
    ),
    ...times.map(
      time =>
        `<text x="${x(from + time * 1000)}" y="${height - bottom + 16}" text-anchor="middle">${time} s</text>`,
    ),
  ]
}

/** A line that keeps each value until the next one. In doubt it continues at the last value. */
function steps(
  points: readonly SizePoint[],
  { x, y, to }: Scale,
  valueOf: (point: SizePoint) => number | undefined,
  style: string,
): string {
  let last: number | undefined
  const path: string[] = []
  for (const point of points) {
    const value = valueOf(point)
    if (value === undefined) continue
    path.push(last === undefined ? `M${x(point.at)} ${y(value)}` : `H${x(point.at)}V${y(value)}`)
    last = value
  }
  return last === undefined ? '' : `<path d="${path.join('')}H${x(to)}" fill="none" ${style}/>`
}

function marks({ at, wanted = 0, orders }: SizePoint, { x, y }: Scale): string[] {
  return orders.flatMap(order => {
    const colour = order.startsWith('stop') ? '#c0282d' : '#1f5fa8'
    const mark = `<circle cx="${x(at)}" cy="${y(wanted)}" r="4" fill="${colour}"><title>${escaped(order)}</title></circle>`
    // Starts follow each other too closely for their words.
    if (order === 'start') return mark
    const words = `<text x="${x(at)}" y="${y(wanted)}" dy="-8" text-anchor="middle">${escaped(order)}</text>`
    return [mark, words]
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
