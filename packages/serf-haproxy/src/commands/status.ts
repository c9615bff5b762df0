import { coloured, moment, plural, type Cell, type Terminal } from 'command-line-program'
import { printableName, printableText } from '../printable-name.js'
import { healthOf, poolsWithoutServers } from '../reporting/health.js'
import type { AgentState, PoolState } from '../state/agent-state.js'
import type { OperatorDrain } from '../state/operator-drain.js'
import { agentCommand } from './agent-command.js'
import type { Description } from './description.js'
import { printableTable } from './printable-table.js'

/** Most characters of a warning; a held change names settings and pools. */
const longestReason = 1000

/** `serf-haproxy status`. */
export const statusCommand = agentCommand<AgentState>('status', 'show agent status and warnings', {
  ask: agent => agent.get('/state'),
  ofState: state => state,
  describe,
})

function describe(state: AgentState, terminal: Terminal): Description {
  const { serf, haproxy, generation, pools, mode } = state
  const { status, reasons } = healthOf(state)
  const alive = state.members.filter(member => member.status === 'alive').length
  const rows: readonly Cell[][] = [
    [
      'agent',
      {
        text: `${mode}, ${status}, since ${moment(state.startedAt)}`,
        state: status === 'ok' ? 'good' : 'warning',
      },
    ],
    [
      'Serf',
      serf.connected
        ? `connected, ${alive} of ${state.members.length} alive`
        : { text: 'unreachable', state: 'bad' },
    ],
    [
      'HAProxy',
      haproxy.reachable ? describeHaproxy(haproxy) : { text: 'unreachable', state: 'bad' },
    ],
    ['applied', generation ? `generation ${generation.number} at ${moment(generation.at)}` : '–'],
    ['cause', generation ? `${generation.cause}, by ${generation.via}` : '–'],
    ...(state.drained ?? []).map(drain => ['drained', drainedText(drain)]),
    ...pools.map(pool => ['pool', poolCell(pool)]),
  ]
  const { isColoured } = terminal
  const warnings = [...reasons, ...poolsWithoutServers(state)].map(reason =>
    coloured(`warning: ${printableText(reason, longestReason)}`, 'warning', isColoured),
  )
  return { coloured: [printableTable(rows, terminal), ...warnings].join('\n') }
}

function drainedText({ member, since, reason = 'no reason given' }: OperatorDrain): string {
  return `${printableName(member)} since ${moment(since)}: ${printableText(reason)}`
}

function poolCell({ name, servers }: PoolState): Cell {
  const list = servers.map(server => `${server.name} ${server.health ?? '?'}`).join(', ')
  const up = servers.filter(({ health }) => health !== 'down').length
  return {
    text: `${name}: ${list || 'no servers'}`,
    state: up === servers.length && up > 0 ? 'good' : up > 0 ? 'warning' : 'bad',
  }
}

function describeHaproxy({ version = 'version unknown', pid, oldWorkers }: AgentState['haproxy']) {
  const worker = pid === undefined ? '' : `, worker ${pid}`
  return `${version}${worker}${oldWorkers ? `, ${plural(oldWorkers, 'old worker')}` : ''}`
}
