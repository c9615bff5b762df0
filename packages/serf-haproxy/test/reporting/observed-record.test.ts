import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { ServerStatistics } from 'haproxy-runtime'
import t from 'tap'
import { serverKey, type Observation } from '../../src/haproxy/observe-haproxy.js'
import { emptyRecord, type AgentRecord } from '../../src/reporting/agent-record.js'
import { withSeen } from '../../src/reporting/observed-record.js'
import { seenServer as seen, serverStatistics as server } from '../sample-server-statistics.js'

const observedAfter = (record: AgentRecord, observation: Observation, at: number) =>
  withSeen(record, { kind: 'observation', observation }, at)
const notedAfter = (record: AgentRecord, servers: readonly ServerStatistics[], at: number) =>
  withSeen(record, { kind: 'statistics', servers }, at)
const observation = (servers: readonly ServerStatistics[]) => ({
  haproxy: { reachable: true },
  servers: new Map(servers.map(each => [serverKey(each), each])),
})

t.test('some servers are noted without the others', async t => {
  const before = observedAfter(emptyRecord, observation([server('s1'), server('s2')]), 1)
  const used = { check: 'L4OK', totalSessions: 3 }
  const { observation: after, times } = notedAfter(before, [server('s2', used)], 2)
  t.strictSame([...(after?.servers.values() ?? [])], [seen('s1'), seen('s2', used)])
  t.same(times.of('s2'), { firstHealthy: 2, firstRequest: 2 })
  t.same(times.of('s1'), {})
  t.equal(after?.haproxy.seenAt, 1, 'only a whole poll asks the process')
})

t.test('servers of a HAProxy that was never seen are not noted', async t => {
  t.equal(notedAfter(emptyRecord, [server('s1')], 1), emptyRecord)
})

/** Fails if the incremental result is not the one of all servers. */
function assertWhole(steps: readonly { isWhole: boolean; servers: { name: string }[] }[]): void {
  let record = observedAfter(emptyRecord, observation([server('s1')]), 0)
  let expected = new Map([['nodes/s1', seen('s1')]])
  for (const [i, each] of steps.entries()) {
    const found = each.servers.map(({ name, ...more }) => server(name, more))
    const before = record.observation?.servers
    record = each.isWhole
      ? observedAfter(record, observation(found), i)
      : notedAfter(record, found, i)
    const servers = new Map(
      each.servers.map(({ name, ...more }) => [`nodes/${name}`, seen(name, more)]),
    )
    expected = each.isWhole ? servers : new Map([...expected, ...servers])
    assert.deepStrictEqual(new Map(record.observation?.servers), expected)
    for (const [key, known] of before ?? [])
      if (JSON.stringify(known) === JSON.stringify(expected.get(key)))
        assert.equal(record.observation?.servers.get(key), known)
  }
}

t.test('an equal server stays the same object, and any other is the newest', async () => {
  const servers = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('s1', 's2', 's3'),
      weight: fc.constantFrom(0, 100),
      totalSessions: fc.constantFrom(0, 1),
      status: fc.constantFrom('UP', 'DOWN'),
    }),
    { selector: ({ name }) => name },
  )
  const step = fc.record({ isWhole: fc.boolean(), servers })
  fc.assert(fc.property(fc.array(step, { maxLength: 6 }), assertWhole))
})

t.test('the time of the last change of a status is the same in each poll', async t => {
  const polls: readonly (readonly [at: number, ageS: number | undefined, status: string])[] = [
    [100_000, 40, 'UP'],
    [101_400, 42, 'UP'],
    [102_900, 42, 'UP 1/3'],
    [104_000, 1, 'DOWN'],
    [109_000, 1, 'DOWN'],
    [110_000, undefined, 'DOWN'],
  ]
  let record = emptyRecord
  const found = polls.map(([at, statusAgeS, status]) => {
    record = observedAfter(record, observation([server('s1', { statusAgeS, status })]), at)
    return record.observation?.servers.get('nodes/s1')?.since
  })
  t.strictSame(found, [60_000, 60_000, 60_000, 103_000, 108_000, undefined])
})

t.test('a server whose age grows and that is otherwise equal stays the same object', async t => {
  const first = observedAfter(emptyRecord, observation([server('s1', { statusAgeS: 1 })]), 5000)
  const next = observedAfter(first, observation([server('s1', { statusAgeS: 61 })]), 65_000)
  t.equal(next.observation?.servers, first.observation?.servers)
  const slower = [server('s1', { statusAgeS: 62, responseMs: 9 })]
  t.match(
    [...(observedAfter(next, observation(slower), 66_000).observation?.servers ?? [])],
    [['nodes/s1', { responseMs: 9, since: 4000 }]],
  )
})
