import type { AgentState } from 'serf-haproxy'
import t from 'tap'
import type * as z from 'zod'
import { agentViewSchema } from '../../src/agent/agent-view.js'
import { viewOf } from './sample-view.js'

/** The compiler finds here each field that the agent no longer has, or that has another type. */
const inputOf = (state: AgentState): z.input<typeof agentViewSchema> => state

t.test('the state of an agent has every field that is read', async t => {
  const state = { ...viewOf('s1'), version: '0.1.0', counters: {} }
  t.strictSame(agentViewSchema.parse(inputOf(state as unknown as AgentState)), viewOf('s1'))
})

t.test('a state without its members is refused', async t => {
  const { members: _, ...rest } = viewOf('s1')
  t.equal(agentViewSchema.safeParse(rest).success, false)
})
