import { until } from 'real-components'
import t from 'tap'
import { FakeCluster, type WireEvent } from '../../src/fake-agent/fake-cluster.js'
import { SessionQueries } from '../../src/fake-agent/session-queries.js'

const self = { name: 's1', address: '', port: 7946, status: 'alive', tags: {} } as const

function queriesOf(): {
  queries: SessionQueries
  records: unknown[]
  events: WireEvent[]
  cluster: FakeCluster
} {
  const cluster = new FakeCluster({ self, members: [], keys: [], peers: [] })
  const records: unknown[] = []
  const events: WireEvent[] = []
  cluster.listeners.add({ onLogLine: () => {}, onEvent: event => events.push(event) })
  const queries = new SessionQueries(cluster, (seq, record) => records.push([seq, record]))
  return { queries, records, events, cluster }
}

/** Returns the number of timers that keep the process running. */
const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

function ask(queries: SessionQueries, body: Readonly<Record<string, unknown>>): void {
  queries.ask({ command: 'query', seq: 3, body: { Timeout: 1e6, ...body } })
}

t.test('a query is streamed, acknowledged and answered, and then ends', async t => {
  const { queries, records, events } = queriesOf()
  ask(queries, { Name: 'load', RequestAck: true })
  t.match(events, [{ types: ['query', 'query:load'], record: { Event: 'query', ID: 1 } }])
  t.same(queries.respond({ ID: 1, Payload: 'much' }), {})
  await until('the end of the query', () => records.length === 3)
  t.same(records, [
    [3, { Type: 'ack', From: 's1', Payload: null }],
    [3, { Type: 'response', From: 's1', Payload: 'much' }],
    [3, { Type: 'done', From: '', Payload: null }],
  ])
})

t.test('a query for other members only ends', async t => {
  const { queries, records, events } = queriesOf()
  ask(queries, { Name: 'load', RequestAck: true, FilterNodes: ['s2'] })
  await until('the end of the query', () => records.length > 0)
  t.match(records, [[3, { Type: 'done' }]])
  t.same(events, [])
})

t.test("Serf's own ping is acknowledged, but not streamed", async t => {
  const { queries, records, events } = queriesOf()
  ask(queries, { Name: '_serf_ping', RequestAck: true, FilterNodes: ['s1'] })
  t.match(records, [[3, { Type: 'ack' }]])
  t.same(events, [])
  queries.close()
})

t.test('a second, a late and an unknown answer are refused', async t => {
  const { queries, records, cluster } = queriesOf()
  t.match(queries.respond({ ID: 9 }), { reason: /No pending query/ })
  ask(queries, { Name: 'load' })
  queries.respond({ ID: 1 })
  t.match(queries.respond({ ID: 1 }), { reason: /No pending query/ })
  ask(queries, { Name: 'load' })
  await until('the end of both queries', () => records.length === 3)
  t.equal(cluster.openQueries.size, 0)
  t.match(queries.respond({ ID: 2 }), { reason: /No pending query/ })
})

t.test('close stops the timers of open queries', async t => {
  const before = timers()
  const { queries } = queriesOf()
  ask(queries, { Name: 'load', Timeout: 60e9 })
  t.equal(timers(), before + 1)
  queries.close()
  t.equal(timers(), before)
})
