import t from 'tap'
import { agentViewSchema } from '../../src/agent/agent-view.js'
import { viewOf } from './sample-view.js'

t.test('fields of the agent that the scaler does not read are left out', async t => {
  const state = { ...viewOf('s1'), version: '0.1.0', counters: {} }
  t.strictSame(agentViewSchema.parse(state), viewOf('s1'))
})

t.test('a state without its members is refused', async t => {
  const { members: _, ...rest } = viewOf('s1')
  t.equal(agentViewSchema.safeParse(rest).success, false)
})
