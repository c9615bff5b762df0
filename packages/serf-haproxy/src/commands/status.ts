import { plural } from '../plural.js'
import { printableText } from '../printable-name.js'
import { healthOf } from '../reporting/health.js'
import type { AgentState } from '../state/agent-state.js'
import { agentCommand } from './agent-command.js'
import { moment, table } from './table.js'

/** Most characters of a warning; a held change names settings and pools. */
const longestReason = 1000

/** `serf-haproxy status`. */
export const statusCommand = agentCommand<AgentState>(
  'status',
  'show agent status and warnings',
  agent => agent.get('/state'),
  describe,
)

function describe(state: AgentState): string {
  const { serf, haproxy, generation, pools, mode } = state
  const { status, reasons } = healthOf(state)
  const alive = state.members.filter(member => member.status === 'alive').length
  return [
    table([
      ['agent', `${mode}, ${status}, since ${moment(state.startedAt)}`],
      [
        'Serf',
        serf.connected ? `connected, ${alive} of ${state.members.length} alive` : 'unreachable',
      ],
      ['HAProxy', haproxy.reachable ? describeHaproxy(haproxy) : 'unreachable'],
      ['applied', generation ? `generation ${generation.number} at ${moment(generation.at)}` : '–'],
      ['cause', generation ? `${generation.cause}, by ${generation.via}` : '–'],
      ...pools.map(({ name, servers }) => [
        'pool',
        `${name}: ${servers.map(server => `${server.name} ${server.health ?? '?'}`).join(', ') || 'no servers'}`,
      ]),
    ]),
    ...reasons.map(reason => `warning: ${printableText(reason, longestReason)}`),
  ].join('\n')
}

function describeHaproxy({ version = 'version unknown', pid, oldWorkers }: AgentState['haproxy']) {
  const worker = pid === undefined ? '' : `, worker ${pid}`
  return `${version}${worker}${oldWorkers ? `, ${plural(oldWorkers, 'old worker')}` : ''}`
}
