import t from 'tap'
import { agentMetrics } from '../../src/metrics/agent-metrics.js'
import { processUse } from '../../src/metrics/process-metrics.js'
import { stateWith } from '../sample-state.js'
import { queryPanels, readDashboard } from './dashboard.js'
import { alertRules, metricsIn } from './monitoring-files.js'

const known = agentMetrics(stateWith(), processUse()).map(({ name }) => name)
const dashboard = readDashboard()
const panels = queryPanels(dashboard)
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

t.test('panels have numbers and titles of their own, and queries have letters', async t => {
  for (const names of [
    dashboard.panels.map(({ id }) => String(id)),
    dashboard.panels.map(({ title }) => title),
  ])
    t.equal(new Set(names).size, names.length)
  for (const { title, targets } of panels)
    t.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title)
})

t.test('no two panels share a place, and none is wider than the page', async t => {
  const taken = new Map<string, string>()
  for (const { title, gridPos } of dashboard.panels) {
    t.ok(gridPos.x + gridPos.w <= 24, title)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        const place = `${x},${y}`
        t.equal(taken.get(place), undefined, `${title} at ${place}`)
        taken.set(place, title)
      }
  }
})

t.test('the queries ask only for metrics that the agent has', async t => {
  for (const expression of expressions) {
    const asked = metricsIn(expression)
    t.ok(asked.length > 0, expression)
    for (const name of asked) t.ok(known.includes(name), name)
  }
})

t.test('each metric is on the dashboard, or in an alert', async t => {
  const used = new Set([...expressions, ...alertRules().map(({ expr }) => expr)].flatMap(metricsIn))
  // The same time as the start of the agent, for tools that expect this name.
  const others = known.filter(name => !used.has(name))
  t.strictSame(others, ['process_start_time_seconds'])
})

t.test('each query uses the variables of the dashboard', async t => {
  t.strictSame(
    dashboard.templating.list.map(({ name }) => name),
    ['datasource', 'job', 'instance'],
  )
  for (const expression of expressions) {
    const selectors = metricsIn(expression).length
    t.equal(expression.split('{job="$job", instance=~"$instance"').length - 1, selectors)
  }
})
