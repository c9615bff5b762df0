import t from 'tap'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import { fakeClock } from '../fake-clock.js'
import { membershipOf } from '../sample-membership.js'

t.test('a fact changes the record, the timeline, and calls onEvent', async t => {
  const clock = fakeClock()
  const seen: TimelineEntry[] = []
  const journal = new AgentJournal(clock, entry => seen.push(entry))
  clock.pass(5)
  const before = journal.record
  const events = journal.dispatch({ kind: 'freeze', frozen: { reason: 'x' } })
  t.match(events, [{ kind: 'frozen', reason: 'x' }])
  t.same(journal.record.frozen, { since: clock.wallTime(), reason: 'x' })
  t.equal(before.frozen, undefined, 'the record of before is as it was')
  t.same(seen, [{ seq: 1, at: clock.wallTime(), ...events[0] }])
  t.same(journal.timeline.entries(), seen)
})

t.test('a listener sees the record after the fact', async t => {
  let members = 0
  const journal: AgentJournal = new AgentJournal(fakeClock(), () => {
    members = journal.record.membership?.members.size ?? 0
  })
  journal.dispatch({ kind: 'membership', membership: membershipOf({ s1: 'alive', s2: 'alive' }) })
  t.equal(members, 2)
})

t.test(
  'a listener sees the record after each status report of HAProxy, and no other fact',
  async t => {
    const seen: (boolean | undefined)[] = []
    const journal = new AgentJournal(
      fakeClock(),
      () => {},
      ({ observation }) => seen.push(observation?.haproxy.reachable),
    )
    journal.dispatch({ kind: 'round' })
    const observation = { haproxy: { reachable: true }, servers: new Map() }
    journal.dispatch({ kind: 'observation', observation })
    t.strictSame(seen, [true])
  },
)

t.test('a fact without events leaves the timeline as it is', async t => {
  const journal = new AgentJournal(fakeClock(), () => t.fail('no event is expected'))
  t.same(journal.dispatch({ kind: 'round' }), [])
  t.equal(journal.record.counters.rounds, 1)
  t.same(journal.timeline.entries(), [])
})

t.test('the timeline keeps the newest thousand events', async t => {
  const journal = new AgentJournal(fakeClock(), () => {})
  for (let i = 0; i < 1005; i++) journal.dispatch({ kind: 'freeze', frozen: {} })
  const entries = journal.timeline.entries()
  t.equal(entries.length, 1000)
  t.equal(entries[0]?.seq, 6)
})
