import t from 'tap'
import { entriesOf } from '../../../src/page/views/member-entries.js'
import type { AgentEvent, TimelineEntry } from '../../../src/state/agent-event.js'

const events: readonly AgentEvent[] = [
  { kind: 'membership', change: 'joined', members: ['s1', 's2'], cause: 'log', text: 'joined' },
  { kind: 'decision', member: 's2', standing: 'serving', reason: '', text: 'serves' },
  { kind: 'held', reason: '', removals: [{ pool: 'web', member: 's1' }], text: 'held' },
  { kind: 'accepted', removals: [{ pool: 'web', member: 's2' }], text: 'accepted' },
  { kind: 'rejoin', members: ['s1'], text: 'rejoin' },
  { kind: 'thawed', text: 'thawed s1' },
]
const entries = events.map((event, seq): TimelineEntry => ({ ...event, seq, at: 0 }))

const texts = (member: string) =>
  entriesOf(entries, member)
    .map(({ text }) => text)
    .join(' ')

t.test('the entries of a member are those that name it', async t => {
  t.equal(texts('s1'), 'joined held rejoin')
  t.equal(texts('s2'), 'joined serves accepted')
  t.equal(texts('s'), '')
})
