import t from 'tap'
import { emptyPage, withEvent, type PageEvent } from '../../src/page/page-state.js'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import { serverNamed, stateWith } from '../sample-state.js'

const entry = (seq: number, text = `entry ${seq}`): PageEvent => ({
  kind: 'entry',
  data: { kind: 'thawed', seq, at: 0, text } satisfies TimelineEntry,
})
const state = (facts: Parameters<typeof stateWith>[0] = {}): PageEvent => ({
  kind: 'state',
  data: stateWith(facts),
})
const pageAfter = (...events: readonly PageEvent[]) => events.reduce(withEvent, emptyPage)

const rateOf = ({ reading }: typeof emptyPage) => reading.pools[0]?.rows[0]?.perSecond

/** A reading of one server: when, and its sessions so far. */
const reading = (seenAt: number, totalSessions: number) => ({
  haproxy: { reachable: true, seenAt },
  pools: [{ name: 'nodes', servers: [serverNamed('s1', { totalSessions })] }],
})

t.test('a greeting means that the page is connected', async t => {
  const greeting = { version: '0.1.0', controls: true }
  t.match(pageAfter({ kind: 'hello', data: greeting }), { connection: 'live', greeting })
})

t.test('a lost connection keeps everything that is shown', async t => {
  const before = pageAfter(state(), entry(1))
  t.same(withEvent(before, { kind: 'connection', data: 'lost' }), { ...before, connection: 'lost' })
})

t.test('entries are newest first, and one that is sent again replaces itself', async t => {
  const { entries } = pageAfter(state(), entry(1), entry(2), entry(2, 'again'))
  t.same(
    entries.map(({ text }) => text),
    ['again', 'entry 1'],
  )
})

t.test('at most 200 entries are kept', async t => {
  const events = Array.from({ length: 250 }, (_, i) => entry(i + 1))
  const { entries } = pageAfter(...events)
  t.equal(entries.length, 200)
  t.equal(entries[0]?.seq, 250)
})

t.test('a restarted agent empties the timeline and the traffic', async t => {
  const running = pageAfter(state(reading(1000, 10)), state(reading(2000, 30)), entry(1))
  t.equal(rateOf(running), 20)
  const restarted = withEvent(running, state({ startedAt: 5, ...reading(3000, 60) }))
  t.same(restarted.entries, [])
  t.equal(rateOf(restarted), 0)
})
