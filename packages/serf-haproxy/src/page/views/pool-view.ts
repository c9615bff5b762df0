import { element, setText } from '../element.js'
import { trafficCharts } from '../charts/traffic-charts.js'
import { summaryOf } from '../tiles/pool-cards.js'
import { serverTable } from './server-table.js'
import type { Services, View } from './view.js'

/** Creates the view of one pool: its figures, and the table of its servers. */
export function poolView(name: string, services: Services): View {
  const summary = element('p', { class: 'summary' })
  const charts = trafficCharts(name)
  const table = serverTable(services, name)
  const missing = element('p', { class: 'empty' }, `There is no pool ${name}.`)
  return {
    root: element(
      'section',
      { 'aria-label': `Pool ${name}` },
      element('h2', { class: 'title', tabindex: '-1', dir: 'auto' }, `Pool ${name}`),
      summary,
      missing,
      charts.root,
      table.root,
    ),
    update(page) {
      const { agent, reading } = page
      if (!agent) return
      charts.update(page)
      const pool = reading.pools.find(each => each.name === name)
      missing.hidden = pool !== undefined
      table.root.hidden = pool === undefined
      if (!pool) return setText(summary, '')
      setText(summary, summaryOf(pool.rows))
      table.update(reading, [pool])
    },
  }
}
