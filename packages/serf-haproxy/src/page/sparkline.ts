import { drawn, mark } from './element.js'

const width = 120
const height = 28

/** A small line of a server's rates; the number beside it says the same in words. */
export function sparkline(): { root: SVGElement; update(rates: readonly number[]): void } {
  const area = drawn('polygon', { class: 'spark-area' })
  const line = drawn('polyline', { class: 'spark-line' })
  const root = drawn(
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
      mark(line, 'points', points)
      mark(
        area,
        'points',
        points === '' ? '' : `${points} ${width},${height} ${firstX(rates)},${height}`,
      )
    },
  }
}

const steps = 59

/** The newest rate is at the right edge; the highest touches the top. */
function pointsOf(rates: readonly number[]): string {
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
