import t from 'tap'
import {
  noReading,
  statusOf,
  toneOf,
  totalRate,
  withReading,
  type Reading,
} from '../../../src/page/table/server-rows.js'
import type { MemberState, ServerState } from '../../../src/state/agent-state.js'
import { memberNamed, serverNamed, stateWith } from '../../sample-state.js'

/** Reads s1 once more: at a time, with these figures. */
function read(before: Reading, seenAt: number, figures: Partial<ServerState>): Reading {
  const pools = [{ name: 'nodes', servers: [serverNamed('s1', figures)] }]
  return withReading(before, stateWith({ haproxy: { reachable: true, seenAt }, pools }))
}
const rowOf = ({ pools }: Reading) => pools[0]?.rows[0]

const listAt = (seenAt: number, list: readonly ServerState[]) =>
  stateWith({ haproxy: { reachable: true, seenAt }, pools: [{ name: 'p', servers: list }] })

t.test('the first reading has no rate', async t => {
  t.match(rowOf(read(noReading, 1000, { totalSessions: 500 })), { perSecond: 0, rates: [] })
})

t.test('a rate is the difference of two readings by the time between them', async t => {
  const first = read(noReading, 1000, { totalSessions: 500 })
  const second = read(first, 1500, { totalSessions: 510 })
  t.match(rowOf(second), { perSecond: 20, rates: [20] })
  t.same(rowOf(read(second, 2500, { totalSessions: 510 }))?.rates, [20, 0])
})

t.test('the same reading again changes only the errors', async t => {
  const first = read(noReading, 1000, { totalSessions: 500 })
  const second = read(first, 2000, { totalSessions: 600 })
  const again = read(second, 2000, { totalSessions: 600, serverErrors: 3 })
  t.match(rowOf(again), { perSecond: 100, rates: [100], errors: 3 })
})

t.test('a lower total comes from a new worker, and its rate is unknown', async t => {
  const first = read(noReading, 1000, { totalSessions: 500 })
  const second = read(first, 2000, { totalSessions: 3 })
  t.match(rowOf(second), { perSecond: 0, rates: [] })
  t.equal(rowOf(read(second, 3000, { totalSessions: 5 }))?.perSecond, 2)
})

t.test('errors are the sum of all kinds', async t => {
  const figures = { connectionErrors: 1, responseErrors: 2, serverErrors: 4 }
  t.equal(rowOf(read(noReading, 1, figures))?.errors, 7)
})

t.test('the latest 60 rates are kept', async t => {
  let reading = noReading
  for (let i = 0; i < 80; i++) reading = read(reading, 1000 * (i + 1), { totalSessions: i * i })
  const rates = rowOf(reading)?.rates ?? []
  t.equal(rates.length, 60)
  t.equal(rates.at(-1), 79 * 79 - 78 * 78)
})

t.test('each server is joined with its member and its own pool', async t => {
  const servers = [serverNamed('s1'), serverNamed('s2')]
  const pools = [
    { name: 'a', servers },
    { name: 'b', servers },
  ]
  const reading = withReading(noReading, stateWith({ members: [memberNamed('s1')], pools }))
  t.match(reading.pools, [
    { name: 'a', rows: [{ pool: 'a', member: { name: 's1' } }, { member: undefined }] },
    { name: 'b', rows: [{ pool: 'b', member: { name: 's1' } }, { member: undefined }] },
  ])
})

t.test(
  'a server that moves in its pool keeps its rate, and one that is gone is forgotten',
  async t => {
    const servers = ['a', 'b', 'c'].map(name => serverNamed(name, { totalSessions: 0 }))
    const first = withReading(noReading, listAt(1000, servers))
    const next = withReading(first, listAt(2000, [serverNamed('c', { totalSessions: 7 })]))
    t.same(
      next.pools[0]?.rows.map(({ server, perSecond }) => [server.name, perSecond]),
      [['c', 7]],
    )
  },
)

t.test('the row of a large pool stays the same object while nothing changes', async t => {
  const servers = Array.from({ length: 30 }, (_, i) => serverNamed(`s${i}`, { totalSessions: 5 }))
  const members = servers.map(({ name }) => memberNamed(name))
  const at = (seenAt: number, list = servers) =>
    stateWith({
      haproxy: { reachable: true, seenAt },
      members,
      pools: [{ name: 'p', servers: list }],
    })
  const first = withReading(noReading, at(1000))
  const changed = servers.with(3, serverNamed('s3', { totalSessions: 9 }))
  const next = withReading(first, at(2000, changed))
  const same = next.pools[0]?.rows.filter((row, i) => row === first.pools[0]?.rows[i])
  t.equal(same?.length, 29)
  t.equal(totalRate(next.pools[0]?.rows ?? []), 4)
})

t.test('the status is that of HAProxy, or unknown', async t => {
  t.equal(statusOf({ server: serverNamed('s1', { status: 'UP 1/3' }) }), 'UP 1/3')
  t.equal(statusOf({ server: serverNamed('s1') }), 'unknown')
})

t.test('the tone is that of the most severe fact', async t => {
  const cases: readonly [string | undefined, Partial<MemberState> | undefined, string][] = [
    ['UP', {}, 'good'],
    ['no check', {}, 'good'],
    [undefined, {}, 'quiet'],
    ['UP', { standing: 'draining' }, 'warn'],
    ['UP', { suspect: true }, 'warn'],
    ['DRAIN', {}, 'warn'],
    ['MAINT', {}, 'warn'],
    ['UP', { standing: 'held' }, 'held'],
    ['DOWN (agent)', { standing: 'held' }, 'bad'],
    ['DOWN', {}, 'bad'],
    ['UP', undefined, 'good'],
  ]
  for (const [status, facts, tone] of cases) {
    const server = serverNamed('s1', status === undefined ? {} : { status })
    const member = facts && memberNamed('s1', facts)
    t.equal(toneOf({ server, member }), tone, `${status} ${JSON.stringify(facts)}`)
  }
})
