import t from 'tap'
import { toneOf } from '../../src/state/event-kinds.js'
import type { AgentEvent } from '../../src/state/agent-event.js'

const plan = { kind: 'noop', reason: '', operations: [], draining: [] } as const
const tone = (event: AgentEvent) => toneOf(event)
const text = ''

t.test('the tone of an entry shows how severe it is', async t => {
  t.equal(tone({ kind: 'error', error: 'x', text }), 'bad')
  t.equal(tone({ kind: 'held', reason: '', removals: [], text }), 'held')
  t.equal(tone({ kind: 'drift', count: 1, text }), 'warn')
  t.equal(tone({ kind: 'rejoin', members: [], text }), 'warn')
  t.equal(tone({ kind: 'frozen', text }), 'warn')
  t.equal(tone({ kind: 'thawed', text }), 'quiet')
})

t.test('connections and configurations are good or bad', async t => {
  t.equal(tone({ kind: 'connection', to: 'serf', isUp: true, text }), 'good')
  t.equal(tone({ kind: 'connection', to: 'serf', isUp: false, text }), 'bad')
  t.equal(tone({ kind: 'configuration', isAccepted: true, text }), 'quiet')
  t.equal(tone({ kind: 'configuration', isAccepted: false, text }), 'bad')
})

t.test('an outcome is good only if something was applied', async t => {
  const outcome = (kind: 'unchanged' | 'deferred') =>
    tone({
      kind: 'outcome',
      cause: '',
      text,
      outcome: kind === 'unchanged' ? { kind, plan } : { kind, cause: 'away' },
    })
  t.equal(outcome('unchanged'), 'quiet')
  t.equal(outcome('deferred'), 'quiet')
  const rejected = { kind: 'outcome', cause: '', text, outcome: { kind: 'rejected' } } as never
  t.equal(tone(rejected), 'bad')
  const applied = { kind: 'outcome', cause: '', text, outcome: { kind: 'applied' } } as never
  t.equal(tone(applied), 'good')
})
