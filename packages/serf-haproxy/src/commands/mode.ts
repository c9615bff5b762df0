import type { AgentState } from '../state/agent-state.js'
import { agentCommand } from './agent-command.js'

type Mode = Pick<AgentState, 'mode'>

/** `serf-haproxy freeze`. */
export const freezeCommand = agentCommand<Mode>(
  'freeze [reason]',
  'stop applying changes; persists across restarts of the agent',
  {
    ask: (agent, reason) =>
      agent.post(`/freeze${reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`}`),
    describe,
  },
)

/** `serf-haproxy thaw`. */
export const thawCommand = agentCommand<Mode>('thaw', 'apply changes again, immediately', {
  ask: agent => agent.post('/thaw'),
  describe,
})

/** `serf-haproxy accept`. */
export const acceptCommand = agentCommand<Mode>(
  'accept',
  'carry out what the guard holds: removals, and a change of the configuration',
  {
    ask: agent => agent.post('/accept'),
    describe: ({ mode }) => `accepted: the agent carries out what it held; it is now ${mode}`,
  },
)

function describe({ mode }: Mode): string {
  return `the agent is now ${mode}`
}
