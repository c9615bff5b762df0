import { printableName } from '../printable-name.js'
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

type Drains = Pick<AgentState, 'drained'>

/** `serf-haproxy drain`. */
export const drainCommand = agentCommand<Drains>(
  'drain <member> [reason]',
  'let the servers of one member finish their sessions; persists across restarts of the agent',
  {
    ask: (agent, member = '', reason) =>
      agent.post(
        `/drain/${encodeURIComponent(member)}${reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`}`,
      ),
    describe: describeDrains,
  },
)

/** `serf-haproxy undrain`. */
export const undrainCommand = agentCommand<Drains>(
  'undrain <member>',
  'end the drain of one member, which then serves again',
  {
    ask: (agent, member = '') => agent.post(`/undrain/${encodeURIComponent(member)}`),
    describe: describeDrains,
  },
)

function describeDrains({ drained = [] }: Drains): string {
  const names = drained.map(({ member }) => printableName(member))
  return `drained by an operator: ${names.join(', ') || 'no member'}`
}

function describe({ mode }: Mode): string {
  return `the agent is now ${mode}`
}
