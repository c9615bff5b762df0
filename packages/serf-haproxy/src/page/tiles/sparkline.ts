import { svgElement, setAttribute } from '../element.js'

const width = 120
const height = 28

/** Draws the recent rates of a server as a line; the current rate is also shown as text. */
export function sparkline(): { root: SVGElement; update(rates: readonly number[]): void } {
  const area = svgElement('polygon', { class: 'spark-area' })
  const line = svgElement('polyline', { class: 'spark-line' })
  const root = svgElement(
    'svg',
    {
      class: 'spark',
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    area,
    line,
  )
  return {
    root,
    update(rates) {
      const points = pointsOf(rates)
      setAttribute(line, 'points', points)
      setAttribute(
        area,
        'points',
        points === '' ? '' : `${points} ${width},${height} ${firstX(rates)},${height}`,
      )
    },
  }
}

const steps = 59

/** Returns the points of the line. The newest rate is at the right edge, the highest at the top. */
export function pointsOf(rates: readonly number[]): string {
  const highest = Math.max(1, ...rates)
  return rates
    .map((rate, i) => {
      const x = width - ((rates.length - 1 - i) / steps) * width
      const y = height - 2 - (rate / highest) * (height - 4)
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}

function firstX(rates: readonly number[]): string {
  return (width - ((rates.length - 1) / steps) * width).toFixed(1)
}
