import t from 'tap'
import { serverId, withReading, type Traffic } from '../../src/page/traffic.js'
import type { ServerState } from '../../src/state/agent-state.js'
import { serverNamed, stateWith } from '../sample-state.js'

/** Reads s1 once more: at a time, with these figures. */
function read(before: Traffic, seenAt: number, figures: Partial<ServerState>): Traffic {
  const pools = [{ name: 'nodes', servers: [serverNamed('s1', figures)] }]
  return withReading(before, stateWith({ haproxy: { reachable: true, seenAt }, pools }))
}
const none: Traffic = new Map()

t.test('the first reading has no rate', async t => {
  t.match(read(none, 1000, { totalSessions: 500 }).get('nodes/s1'), { perSecond: 0, rates: [] })
})

t.test('a rate is the difference of two readings by the time between them', async t => {
  const first = read(none, 1000, { totalSessions: 500 })
  const second = read(first, 1500, { totalSessions: 510 })
  t.match(second.get('nodes/s1'), { perSecond: 20, rates: [20] })
  t.same(read(second, 2500, { totalSessions: 510 }).get('nodes/s1')?.rates, [20, 0])
})

t.test('the same reading again changes only the errors', async t => {
  const first = read(none, 1000, { totalSessions: 500 })
  const second = read(first, 2000, { totalSessions: 600 })
  const again = read(second, 2000, { totalSessions: 700, serverErrors: 3 })
  t.match(again.get('nodes/s1'), { perSecond: 100, rates: [100], errors: 3, total: 600 })
})

t.test('a lower total comes from a new worker, and its rate is unknown', async t => {
  const first = read(none, 1000, { totalSessions: 500 })
  const second = read(first, 2000, { totalSessions: 3 })
  t.match(second.get('nodes/s1'), { perSecond: 0, rates: [] })
  t.equal(read(second, 3000, { totalSessions: 5 }).get('nodes/s1')?.perSecond, 2)
})

t.test('errors are the sum of all kinds', async t => {
  const figures = { connectionErrors: 1, responseErrors: 2, serverErrors: 4 }
  t.equal(read(none, 1, figures).get('nodes/s1')?.errors, 7)
})

t.test('the latest 60 rates are kept', async t => {
  let traffic = none
  for (let i = 0; i < 80; i++) traffic = read(traffic, 1000 * (i + 1), { totalSessions: i * i })
  const rates = traffic.get('nodes/s1')?.rates ?? []
  t.equal(rates.length, 60)
  t.equal(rates.at(-1), 79 * 79 - 78 * 78)
})

t.test('a server that is gone is forgotten', async t => {
  const first = read(none, 1000, {})
  t.equal(withReading(first, stateWith()).size, 0)
  t.equal(serverId('nodes', 's1'), 'nodes/s1')
})
