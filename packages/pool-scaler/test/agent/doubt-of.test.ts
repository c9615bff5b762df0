import t from 'tap'
import { doubtOf } from '../../src/agent/doubt-of.js'
import { sampleView } from './sample-view.js'

t.test('a view of an agent that follows is trusted', async t => {
  t.equal(doubtOf(sampleView(), 60_000), undefined)
})

t.test('each reason for a doubt is stated', async t => {
  const cases: readonly (readonly [Parameters<typeof sampleView>[0], string])[] = [
    [
      { serf: { connected: false, error: 'refused' } },
      'the agent is not connected to Serf: refused',
    ],
    [{ haproxy: { reachable: false } }, 'HAProxy does not answer the agent'],
    [{ mode: 'frozen', frozen: { reason: 'work' } }, 'the agent is frozen: work'],
    [{ mode: 'held', held: { reason: 'too many' } }, 'the agent holds removals: too many'],
    [{ mode: 'new' }, 'the agent is new'],
    [{ heldChange: {} }, 'the agent holds a new configuration'],
    [{ fault: { error: 'no' } }, 'the last round of the agent failed: no'],
    [{ pollFault: { error: 'no' } }, 'the agent cannot poll HAProxy: no'],
    [{ haproxy: { reachable: true } }, 'the agent has not polled HAProxy so far'],
  ]
  for (const [more, doubt] of cases) t.equal(doubtOf(sampleView(more), 0), doubt)
  t.equal(doubtOf(sampleView(), 61_000), 'the status of HAProxy is 61 s old')
})
