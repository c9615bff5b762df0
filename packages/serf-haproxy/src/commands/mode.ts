import type { AgentState } from '../state/agent-state.js'
import { agentCommand } from './agent-command.js'

type Mode = Pick<AgentState, 'mode'>

/** `serf-haproxy freeze`. */
export const freezeCommand = agentCommand<Mode>(
  'freeze [reason]',
  'only watch changes from now on, over restarts too',
  (agent, reason) =>
    agent.post(`/freeze${reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`}`),
  describe,
)

/** `serf-haproxy thaw`. */
export const thawCommand = agentCommand<Mode>(
  'thaw',
  'apply changes again, at once',
  agent => agent.post('/thaw'),
  describe,
)

/** `serf-haproxy accept`. */
export const acceptCommand = agentCommand<Mode>(
  'accept',
  'have the removals carried out that the guard holds now',
  agent => agent.post('/accept'),
  describe,
)

function describe({ mode }: Mode): string {
  return `the agent is ${mode} now`
}
