import { readFileSync } from 'node:fs'
import t from 'tap'
import { agentMetrics } from '../../src/metrics/agent-metrics.js'
import { exposition } from '../../src/metrics/exposition.js'
import { noCounts } from '../../src/state/counters.js'
import { emptyHistogram, observed } from '../../src/state/histogram.js'
import { memberNamed, serverNamed, stateWith } from '../sample-state.js'
import { parseExposition } from './parse-exposition.js'

const use = {
  residentBytes: 50_000_000,
  heapBytes: 20_000_000,
  cpuSeconds: 1.5,
  loopSeconds: 0.5,
  startedAtSeconds: 1_700_000_000,
}
const shown = (facts: Parameters<typeof stateWith>[0] = {}) =>
  parseExposition(exposition(agentMetrics(stateWith(facts), use)))

/** The value of one sample; undefined without it. */
const valueIn = (families: ReturnType<typeof shown>, name: string, labels = '') =>
  families.get(name)?.samples.find(sample => sample.labels === labels)?.value

t.test('the state of the agent is what Prometheus reads', async t => {
  const latency = [0.7, 1.2, 40, 9000].reduce(observed, emptyHistogram)
  const families = shown({
    latency,
    mode: 'held',
    held: { since: 1, reason: 'many', removals: [{ pool: 'nodes', member: 's1' }] },
    members: [memberNamed('s1'), memberNamed('s2', { suspect: true, standing: 'draining' })],
    pools: [{ name: 'nodes', servers: [serverNamed('s1'), serverNamed('s2', { health: 'down' })] }],
    generation: { number: 7, at: 1_700_000_000_000, cause: 'x', via: 'runtime', tookMs: 1 },
  })
  const value = (name: string, labels = '') => valueIn(families, name, labels)
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

t.test('a held change of the configuration and pools without a line are metrics', async t => {
  const removals = ['s1', 's2'].map(member => ({ pool: 'nodes', member }))
  const heldChange = { since: 1, reason: 'role', removals }
  const families = shown({ mode: 'held', heldChange, unprinted: ['apps'] })
  t.equal(valueIn(families, 'serf_haproxy_configuration_held'), 1)
  t.equal(valueIn(families, 'serf_haproxy_held_removals'), 2)
  t.equal(valueIn(families, 'serf_haproxy_unprinted_pools'), 1)
  t.equal(valueIn(shown(), 'serf_haproxy_configuration_held'), 0)
  t.equal(valueIn(shown(), 'serf_haproxy_unprinted_pools'), 0)
})

t.test('each failure is a metric while it lasts', async t => {
  const disk = [{ place: 'lock', at: 1, error: 'ENOSPC' }] as const
  const failed = shown({
    fault: { at: 1, error: '' },
    pollFault: { at: 1, error: '' },
    probeFault: { at: 1, error: '' },
    outcome: { kind: 'deferred', cause: '' },
    disk,
  })
  for (const name of [
    'round_failed',
    'poll_failed',
    'probe_failed',
    'not_applied',
    'disk_refused_files',
  ]) {
    t.equal(valueIn(failed, `serf_haproxy_${name}`), 1, name)
    t.equal(valueIn(shown(), `serf_haproxy_${name}`), 0, name)
  }
})

t.test('every metric is in the table of the documentation', async t => {
  const text = readFileSync(new URL('../../../../../docs/operations.md', import.meta.url), 'utf8')
  const names = [...shown().keys()]
  t.ok(names.length > 20)
  for (const name of names) t.match(text, `\`${name}`)
})

t.test('every name has its unit and its help', async t => {
  for (const [name, { type, help }] of shown()) {
    t.match(name, /^(?:serf_haproxy|process)_[a-z_]+$/)
    t.ok(help.length > 10, `${name} has a help`)
    t.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`)
    t.notMatch(name, /_(?:ms|milliseconds|kb)\b/, 'base units')
  }
})

t.test('an agent that has just started has zeros, and no series of members', async t => {
  const families = shown({
    haproxy: { reachable: false },
    serf: { address: 'a', connected: false },
  })
  for (const name of [
    'generation',
    'applied_timestamp_seconds',
    'serf_connected',
    'haproxy_reachable',
    'haproxy_old_workers',
    'frozen',
    'configuration_refused',
    'rounds_total',
    'errors_total',
  ])
    t.equal(valueIn(families, `serf_haproxy_${name}`), 0, name)
  for (const name of ['members', 'standings', 'servers', 'pool_servers', 'causes_total'])
    t.same(families.get(`serf_haproxy_${name}`)?.samples, [], name)
  const versions = 'version="0.1.0",haproxy_version=""'
  t.equal(valueIn(families, 'serf_haproxy_build_info', versions), 1)
})

t.test('conditions are ones, and times are seconds', async t => {
  const families = shown({
    mode: 'frozen',
    startedAt: 1500,
    haproxy: { reachable: true, oldWorkers: 3 },
    configuration: { loadedAt: 1, refused: '' },
  })
  const value = (name: string) => valueIn(families, `serf_haproxy_${name}`)
  t.equal(value('frozen'), 1)
  t.equal(value('serf_connected'), 1)
  t.equal(value('haproxy_reachable'), 1)
  t.equal(value('haproxy_old_workers'), 3)
  t.equal(value('start_time_seconds'), 1.5)
  t.equal(value('configuration_refused'), 1, 'even for an empty error')
})

t.test('counters have a sample for each label', async t => {
  const families = shown({
    counters: {
      ...noCounts,
      plans: { noop: 1, runtime: 2, reload: 3 },
      reloadTriggers: { text: 2, burst: 1 },
      causes: { log: 4, resync: 5 },
      outcomes: { rejected: 6 },
      rejoins: 7,
      slowRounds: 8,
    },
  })
  const value = (name: string, labels?: string) =>
    valueIn(families, `serf_haproxy_${name}_total`, labels)
  t.equal(value('plans', 'kind="runtime"'), 2)
  t.equal(value('causes', 'cause="resync"'), 5)
  t.equal(value('reload_triggers', 'trigger="text"'), 2)
  t.equal(value('reload_triggers', 'trigger="pool"'), 0)
  t.equal(value('outcomes', 'outcome="rejected"'), 6)
  t.equal(value('outcomes', 'outcome="rolled-back"'), 0, 'so that the first one is an increase')
  t.equal(value('rejoins'), 7)
  t.equal(value('slow_rounds'), 8)
})

t.test('the agent is ready by the metric where /ready answers 200', async t => {
  const generation = { number: 1, at: 1, cause: 'x', via: 'reload', tookMs: 1 } as const
  const ready = (facts: Parameters<typeof stateWith>[0]) =>
    valueIn(shown({ generation, ...facts }), 'serf_haproxy_ready')
  t.equal(ready({}), 1)
  t.equal(ready({ mode: 'frozen', frozen: { since: 1 } }), 1)
  t.equal(ready({ haproxy: { reachable: false } }), 0)
  t.equal(ready({ fault: { at: 1, error: 'no template' } }), 0)
  t.equal(valueIn(shown(), 'serf_haproxy_ready'), 0, 'before the first configuration')
})
