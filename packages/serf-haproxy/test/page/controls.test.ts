import t from 'tap'
import { offeredControls } from '../../src/page/controls.js'
import type { AgentState } from '../../src/state/agent-state.js'
import { stateWith } from '../sample-state.js'

const held = { since: 0, reason: '', removals: [] }
const offered = (facts: Partial<AgentState>, hasToken = true) =>
  offeredControls(
    { greeting: { version: '', controls: true }, agent: stateWith(facts) },
    hasToken,
  ).join(' ')

t.test('a server without a token offers no control', async t => {
  const greeting = { version: '', controls: false }
  t.same(offeredControls({ greeting, agent: stateWith() }, false), [])
  t.same(offeredControls({ greeting, agent: stateWith() }, true), [])
  t.same(offeredControls({}, true), [])
})

t.test('before the token is given only unlocking is offered', async t => {
  t.equal(offered({ held, mode: 'held' }, false), 'unlock')
})

t.test('the controls depend on the mode of the agent', async t => {
  t.equal(offered({}), 'freeze lock')
  t.equal(offered({ mode: 'frozen' }), 'thaw lock')
  t.equal(offered({ mode: 'held', held }), 'accept freeze lock')
  t.equal(offered({ mode: 'frozen', held }), 'accept thaw lock')
  t.equal(offered({ mode: 'held', heldChange: held }), 'accept freeze lock')
})
