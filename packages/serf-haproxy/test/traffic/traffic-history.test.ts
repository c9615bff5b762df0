import t from 'tap'
import type { SeenServer } from '../../src/haproxy/observe-haproxy.js'
import type { AgentRecord } from '../../src/reporting/agent-record.js'
import type { TrafficState } from '../../src/state/traffic-state.js'
import { TrafficHistory } from '../../src/traffic/traffic-history.js'
import { seenServer } from '../sample-server-statistics.js'

const interval = 10_000
const start = 1_700_000_000_000

type Facts = Partial<SeenServer>

/** A record with pools, the facts about their servers by name, polled at a time. */
function polled(at: number, pools: Readonly<Record<string, Readonly<Record<string, Facts>>>>) {
  const rendered = Object.entries(pools).map(([name, servers]) => ({
    name,
    servers: Object.keys(servers).map(server => ({ name: server })),
  }))
  const seen = Object.entries(pools).flatMap(([pool, servers]) =>
    Object.entries(servers).map(
      ([name, facts]) => [`${pool}/${name}`, seenServer(name, { pool, ...facts })] as const,
    ),
  )
  return {
    rendering: { rendered: { pools: rendered } },
    observation: { haproxy: { reachable: true, seenAt: at }, servers: new Map(seen) },
  } as unknown as Pick<AgentRecord, 'rendering' | 'observation'>
}

/** The newest samples of a figure. */
function newest(
  { pools }: TrafficState,
  figure: keyof TrafficState['pools'][number]['samples'],
  count: number,
  name = 'web',
) {
  return pools.find(pool => pool.name === name)?.samples[figure].slice(-count)
}

t.test(
  'the first poll of each interval is its sample, with rates since the one before',
  async t => {
    const history = new TrafficHistory()
    history.sample(
      polled(start, { web: { s1: { totalSessions: 500, sessions: 3 }, s2: { status: 'DOWN' } } }),
    )
    history.sample(polled(start + 5000, { web: { s1: { totalSessions: 900 }, s2: {} } }))
    const web = {
      s1: { totalSessions: 600, responseMs: 30, serverErrors: 4, responseErrors: 1 },
      s2: { totalSessions: 300, responseMs: 10, queued: 2, sessions: 1 },
    }
    history.sample(polled(start + 20_000, { web }))
    const state = history.state(start + 21_000)
    t.match(state, { intervalMs: interval, until: start + 20_000 })
    t.strictSame(newest(state, 'requests', 3), [null, null, 20])
    t.strictSame(newest(state, 'errors', 3), [null, null, 0.25])
    t.strictSame(newest(state, 'responseMs', 3), [null, null, 15])
    t.strictSame(newest(state, 'servers', 3), [2, null, 2])
    t.strictSame(newest(state, 'up', 3), [1, null, 2])
    t.strictSame(newest(state, 'sessions', 3), [3, null, 1])
    t.strictSame(newest(state, 'queued', 3), [0, null, 2])
  },
)

t.test('a new worker is no negative rate, and neither is a new server or pool', async t => {
  const history = new TrafficHistory()
  history.sample(polled(start, { web: { s1: { totalSessions: 5000, serverErrors: 9 } } }))
  const servers = { s1: { totalSessions: 40 }, s2: { totalSessions: 60 } }
  const old = { s1: { totalSessions: 1_000_000 } }
  history.sample(polled(start + interval, { web: servers, api: old }))
  const state = history.state(start + interval)
  t.strictSame(newest(state, 'requests', 2), [null, 10])
  t.strictSame(newest(state, 'errors', 2), [null, 0])
  t.strictSame(newest(state, 'requests', 1, 'api'), [null])
  history.sample(polled(start + 2 * interval, { web: servers }))
  history.sample(polled(start + 3 * interval, { web: servers, api: old }))
  t.strictSame(newest(history.state(start + 3 * interval), 'requests', 3, 'api'), [
    null,
    null,
    null,
  ])
})

t.test('a HAProxy that does not answer makes no sample', async t => {
  const history = new TrafficHistory()
  const haproxy = { reachable: false, seenAt: start }
  history.sample({ rendering: undefined, observation: { haproxy, servers: new Map() } })
  history.sample({ rendering: undefined, observation: undefined })
  t.strictSame(history.state(start), {
    intervalMs: interval,
    until: start - interval,
    pools: [],
    markers: [],
  })
})

t.test('an hour later nothing is left', async t => {
  const history = new TrafficHistory()
  history.sample(polled(start, { web: { s1: {} } }))
  history.mark({ seq: 1, at: start, kind: 'thawed', text: 'x' })
  t.match(history.state(start + 3_590_000), { pools: [{ name: 'web' }], markers: [{ at: start }] })
  t.match(history.state(start + 3_630_000), { pools: [], markers: [] })
})

t.test('a clock that is set back begins a new history', async t => {
  const history = new TrafficHistory()
  history.sample(polled(start, { web: { s1: { totalSessions: 1 } } }))
  history.sample(polled(start - 60_000, { web: { s1: { totalSessions: 99 } } }))
  t.strictSame(newest(history.state(start - 60_000), 'requests', 8)?.filter(Number), [])
  t.strictSame(newest(history.state(start - 60_000), 'servers', 2), [null, 1])
})

t.test(
  'pools and markers are limited: a pool that is gone makes room, a present one does not',
  async t => {
    const history = new TrafficHistory({ pools: 2, markers: 2 })
    history.sample(polled(start, { a: {}, b: {}, c: {} }))
    const names = (at: number) => history.state(at).pools.map(({ name }) => name)
    t.strictSame(names(start), ['a', 'b'])
    history.sample(polled(start + interval, { b: {}, c: {} }))
    history.sample(polled(start + 2 * interval, { b: {}, c: {} }))
    t.strictSame(names(start + 2 * interval), ['b', 'c'])
    for (const at of [1, 2, 3]) history.mark({ seq: at, at: start + at, kind: 'thawed', text: 'x' })
    history.mark({ seq: 4, at: start, kind: 'repair', text: 'x' })
    t.strictSame(
      history.state(start).markers.map(({ at }) => at - start),
      [2, 3],
    )
  },
)

t.test('eight hours of polls and events leave one hour', async t => {
  const history = new TrafficHistory()
  const hours = 8 * 3600
  for (let second = 0; second < hours; second++) {
    const at = start + second * 1000
    history.sample(polled(at, { web: { s1: { totalSessions: second * 3 } } }))
    history.mark({ seq: second, at, kind: 'thawed', text: 'x' })
  }
  const { pools, markers, until } = history.state(start + hours * 1000)
  t.equal(until, start + hours * 1000 - interval)
  t.equal(markers.length, 500)
  t.equal(pools.length, 1)
  for (const [name, values] of Object.entries(pools[0]?.samples ?? {}))
    t.equal(values.length, 360, name)
  t.ok(pools[0]?.samples.requests.every(value => value === 3))
})
