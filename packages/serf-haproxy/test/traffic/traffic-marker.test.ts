import t from 'tap'
import type { AgentEvent, TimelineEntry } from '../../src/state/agent-event.js'
import { markerOf } from '../../src/traffic/traffic-marker.js'
import { applied } from '../reporting/sample-facts.js'

const entry = (event: AgentEvent): TimelineEntry => ({ seq: 1, at: 5, ...event })

t.test('a generation and a reload are markers with its number and cause', async t => {
  const outcome = applied(3)
  const reload = { ...outcome, via: 'reload' as const }
  const marker = { at: 5, kind: 'generation', generation: 3 }
  t.match(markerOf(entry({ kind: 'outcome', outcome, cause: 's1 joined', text: 'x' })), {
    ...marker,
    text: 'Generation 3 by runtime: s1 joined',
  })
  t.match(markerOf(entry({ kind: 'outcome', outcome: reload, cause: 's1 joined', text: 'x' })), {
    ...marker,
    kind: 'reload',
    text: 'Generation 3 by reload: s1 joined',
  })
})

t.test('no marker has text of a configuration, and none is long', async t => {
  const secret = 'hunter2'
  const events: AgentEvent[] = [
    { kind: 'outcome', outcome: { kind: 'rejected', report: secret }, cause: 'x', text: secret },
    { kind: 'outcome', outcome: { kind: 'rolled-back', cause: secret }, cause: 'x', text: secret },
    { kind: 'configuration', isAccepted: false, error: secret, text: secret },
    { kind: 'probe-failed', error: secret, text: secret },
    { kind: 'connection', to: 'haproxy', isUp: false, error: secret, text: secret },
    { kind: 'frozen', text: 'y'.repeat(1000) },
  ]
  for (const event of events) {
    const marker = markerOf(entry(event))
    t.ok(marker, event.kind)
    t.notMatch(JSON.stringify(marker), secret)
    t.ok((marker?.text.length ?? 0) <= 300)
  }
})

t.test('events that change no traffic have no marker', async t => {
  const events: AgentEvent[] = [
    { kind: 'membership', change: 'joined', members: ['s1'], cause: 'log', text: 'x' },
    { kind: 'connection', to: 'serf', isUp: true, text: 'x' },
    { kind: 'outcome', outcome: { kind: 'deferred', cause: 'x' }, cause: 'x', text: 'x' },
    { kind: 'error', error: 'x', text: 'x' },
  ]
  for (const event of events) t.equal(markerOf(entry(event)), undefined, event.kind)
})
