import type { TrafficState } from '../../state/traffic-state.js'
import { askAgent } from '../ask-agent.js'
import { element } from '../element.js'
import { milliseconds, rate, thousands } from '../format.js'
import type { PageState } from '../page-state.js'
import { chartData, type ChartData } from './chart-data.js'
import { chartTable } from './chart-table.js'
import { lineChart, type ChartParts } from './line-chart.js'

const charts: readonly ChartParts[] = [
  {
    title: 'Requests',
    lines: [{ name: 'requests', label: 'requests' }],
    print: value => `${rate(value)} /s`,
  },
  {
    title: 'Errors',
    lines: [{ name: 'errors', label: 'errors' }],
    print: value => `${rate(value)} /s`,
  },
  {
    title: 'Response time',
    lines: [{ name: 'responseMs', label: 'average' }],
    print: milliseconds,
  },
  {
    title: 'Pool size',
    lines: [
      { name: 'servers', label: 'servers' },
      { name: 'up', label: 'up' },
    ],
    print: value => thousands(Math.round(value)),
  },
]

/** Charts of one hour. */
export interface TrafficCharts {
  readonly root: HTMLElement
  /** Asks for the history again if it has a new sample. */
  update(page: Pick<PageState, 'connection' | 'agent'>): void
}

/** Creates the charts of one pool, or of the sum of all pools. */
export function trafficCharts(pool?: string): TrafficCharts {
  const shown = charts.map(lineChart)
  const table = chartTable(charts)
  const root = element('section', { class: 'charts', 'aria-label': 'The last hour', hidden: '' })
  root.append(...shown.map(chart => chart.root), table.root)
  const show = (data: ChartData) => {
    root.hidden = data.times.length < 2
    for (const chart of shown) chart.update(data)
    table.update(data)
  }
  const path =
    pool === undefined ? '/history/traffic' : `/history/traffic?pool=${encodeURIComponent(pool)}`
  let dueAt = 0
  return {
    root,
    update({ connection, agent }) {
      const now = Date.now()
      if (!agent || connection !== 'live' || now < dueAt) return
      dueAt = now + 10_000
      // Without an answer the charts stay hidden, and the next interval retries.
      void askAgent<TrafficState>('GET', path).then(
        traffic => show(chartData(traffic, pool)),
        () => undefined,
      )
    },
  }
}
