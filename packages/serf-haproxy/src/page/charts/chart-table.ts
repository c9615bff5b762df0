import { element } from '../element.js'
import { clock } from '../format.js'
import type { ChartData } from './chart-data.js'
import type { ChartParts } from './line-chart.js'

/** Samples from one row to the next: a row a minute. */
const samplesPerRow = 6

type TableColumn = ChartParts['lines'][number] & Pick<ChartParts, 'print'>

/** Creates a table with the values of charts, which is filled while it is open. */
export function chartTable(charts: readonly ChartParts[]): {
  root: HTMLDetailsElement
  update(data: ChartData): void
} {
  const body = element('tbody')
  const columns = charts.flatMap(({ title, lines, print }) =>
    lines.map(({ name, label }) => ({
      name,
      print,
      label: lines.length > 1 ? `${title}: ${label}` : title,
    })),
  )
  const head = ['Time', ...columns.map(({ label }) => label), 'Events'].map(text =>
    element('th', { scope: 'col' }, text),
  )
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), body)
  const root = element(
    'details',
    { class: 'chart-table' },
    element('summary', {}, 'The last hour as a table'),
    element(
      'div',
      { class: 'values', tabindex: '0', role: 'region', 'aria-label': 'Values' },
      table,
    ),
  )
  let data: ChartData | undefined
  const fill = () => {
    if (root.open && data) body.replaceChildren(...rowsOf(data, columns))
  }
  root.addEventListener('toggle', fill)
  return {
    root,
    update(next) {
      data = next
      fill()
    },
  }
}

/** Returns one row a minute, the newest first. */
function rowsOf(
  { times, samples, markers }: ChartData,
  columns: readonly TableColumn[],
): Element[] {
  const rows = times.flatMap((at, i) => {
    if ((times.length - 1 - i) % samplesPerRow !== 0) return []
    const next = times[i + samplesPerRow] ?? Infinity
    const values = columns.map(({ name, print }) => {
      const value = samples[name][i] ?? null
      return element('td', {}, value === null ? '–' : print(value))
    })
    const events = markers.filter(marker => marker.at >= at && marker.at < next)
    const kinds = [...new Set(events.map(({ kind }) => kind))].join(', ')
    const time = element('th', { scope: 'row' }, clock(at))
    return element('tr', {}, time, ...values, element('td', {}, kinds))
  })
  return rows.toReversed()
}
