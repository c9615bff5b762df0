import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import t from 'tap'
import { emptyHistogram, observed } from '../src/state/histogram.js'
import { agentMetrics } from '../src/metrics/agent-metrics.js'
import { exposition, type MetricFamily } from '../src/metrics/exposition.js'
import { memberNamed, serverNamed, stateWith } from './sample-state.js'
import { parseExposition } from './parse-exposition.js'

const use = { residentBytes: 50_000_000, cpuSeconds: 1.5 }
const shown = (facts: Parameters<typeof stateWith>[0] = {}) =>
  parseExposition(exposition(agentMetrics(stateWith(facts), use)))

t.test('what the agent tells is what Prometheus reads', async t => {
  const latency = [0.7, 1.2, 40, 9000].reduce(observed, emptyHistogram)
  const families = shown({
    latency,
    mode: 'held',
    held: { since: 1, reason: 'many', removals: [{ pool: 'nodes', member: 's1' }] },
    members: [memberNamed('s1'), memberNamed('s2', { suspect: true, standing: 'draining' })],
    pools: [{ name: 'nodes', servers: [serverNamed('s1'), serverNamed('s2', { health: 'down' })] }],
    generation: { number: 7, at: 1_700_000_000_000, cause: 'x', via: 'runtime', tookMs: 1 },
  })
  const value = (name: string, labels = '') =>
    families.get(name)?.samples.find(sample => sample.labels === labels)?.value
  const histogram = families.get('serf_haproxy_change_to_applied_seconds')
  t.equal(histogram?.type, 'histogram')
  const bucket = (le: string) =>
    histogram?.samples.find(({ labels }) => labels === `le="${le}"`)?.value
  t.equal(bucket('0.001'), 1)
  t.equal(bucket('0.0015'), 2)
  t.equal(bucket('5'), 3)
  t.equal(bucket('+Inf'), 4)
  t.equal(value('serf_haproxy_held_removals'), 1)
  t.equal(value('serf_haproxy_suspects'), 1)
  t.equal(value('serf_haproxy_generation'), 7)
  t.equal(value('serf_haproxy_standings', 'standing="draining"'), 1)
  t.equal(value('serf_haproxy_servers', 'pool="nodes",health="down"'), 1)
  t.equal(value('serf_haproxy_applied_timestamp_seconds'), 1_700_000_000)
  t.equal(value('serf_haproxy_plans_total', 'kind="reload"'), 0)
  t.equal(value('process_resident_memory_bytes'), 50_000_000)
})

t.test('every metric is in the table of the documentation', async t => {
  const text = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8')
  for (const name of shown().keys()) t.match(text, `\`${name}`)
})

t.test('every name has its unit and its help', async t => {
  for (const [name, { type, help }] of shown()) {
    t.match(name, /^(?:serf_haproxy|process)_[a-z_]+$/)
    t.ok(help.length > 10, `${name} has a help`)
    t.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`)
    t.notMatch(name, /_(?:ms|milliseconds|kb)\b/, 'base units')
  }
})

t.test('whatever a pool is called, it is one value of one label', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
      fc.double({ noNaN: true }),
      async (names, value) => {
        const family: MetricFamily = {
          name: 'a_metric',
          help: names.join('\n'),
          type: 'gauge',
          samples: [...new Set(names)].map(pool => ({ labels: { pool }, value })),
        }
        const read = parseExposition(exposition([family])).get('a_metric')
        t.same(
          read?.samples.map(({ labels }) => labels),
          family.samples.map(({ labels }) => `pool=${quoted(labels?.['pool'] ?? '')}`),
        )
        t.ok(read?.samples.every(sample => sample.value === value))
      },
    ),
  )
})

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`
}
