import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { missingProgram } from 'real-components'
import t from 'tap'
import { agentMetrics } from '../../src/metrics/agent-metrics.js'
import { processUse } from '../../src/metrics/process-metrics.js'
import { stateWith } from '../sample-state.js'
import { alertRules, metricsIn, monitoringFolder, ruleTests } from './monitoring-files.js'

const skip = missingProgram('promtool')
const root = new URL('../../../../../', import.meta.url)
const howTo = readFileSync(new URL('docs/how-to/monitoring.md', root), 'utf8')
const known = agentMetrics(stateWith(), processUse()).map(({ name }) => name)
const rules = alertRules()

/** Runs promtool in the folder of the files; throws with its report if it finds an error. */
const promtool = (...args: readonly string[]) =>
  execFileSync('promtool', args, { cwd: monitoringFolder, encoding: 'utf8', stdio: 'pipe' })

t.test('promtool accepts the alert rules', { skip }, async t => {
  t.match(
    promtool('check', 'rules', 'serf-haproxy.rules.yml'),
    `SUCCESS: ${rules.length} rules found`,
  )
})

t.test('each alert fires when it should, and with the texts of its test', { skip }, async t => {
  t.match(promtool('test', 'rules', 'serf-haproxy.rules.test.yml'), 'SUCCESS')
})

t.test('each alert has a test that it fires, and one that it does not', async t => {
  const cases = ruleTests().flatMap(({ name, alert_rule_test }) =>
    alert_rule_test.map(({ alertname, exp_alerts }) => {
      t.equal(name, `${alertname} ${exp_alerts.length > 0 ? 'fires' : 'does not fire'}`)
      return name
    }),
  )
  const expected = rules.flatMap(({ alert }) => [`${alert} fires`, `${alert} does not fire`])
  t.strictSame(cases, expected)
})

t.test('the rules ask only for metrics that the agent has', async t => {
  for (const { alert, expr } of rules) {
    const asked = metricsIn(expr)
    t.ok(asked.length > 0 || expr.startsWith('up{job="serf-haproxy"}'), alert)
    for (const name of asked) t.ok(known.includes(name), `${alert}: ${name}`)
  }
})

t.test('each alert leads to its section in the how-to, and each section has an alert', async t => {
  const { repository } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    repository: { url: string }
  }
  const page = repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
  for (const { alert, annotations } of rules)
    t.equal(
      annotations.runbook_url,
      `${page}/blob/main/docs/how-to/monitoring.md#${alert.toLowerCase()}`,
      'the address follows from `repository` in the package.json of the root; replace it in monitoring/',
    )
  const sections = [...howTo.matchAll(/^### (SerfHaproxy\w+)$/gm)].map(([, name]) => name)
  t.strictSame(
    sections,
    rules.map(({ alert }) => alert),
  )
})

t.test('the how-to has the severity, the time and the description of each alert', async t => {
  const words = { s: 'second', m: 'minute', h: 'hour' }
  for (const { alert, labels, annotations, ...rule } of rules) {
    const [, count = '', unit = 's'] = /^(\d+)([smh])$/.exec(rule.for) ?? []
    const time = `after ${count} ${words[unit as 's' | 'm' | 'h']}${count === '1' ? '' : 's'}`
    const severity = labels.severity === 'critical' ? 'Critical' : 'Warning'
    const when = `_${severity}, ${count === '0' ? 'at once' : time}._`
    t.match(howTo, `### ${alert}\n\n${when} ${annotations.description}\n\n`)
  }
})
