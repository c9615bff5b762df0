import type { MemberState } from '../state/agent-state.js'
import { agentCommand } from './agent-command.js'
import { oneLine, table } from './table.js'

/** `serf-haproxy members`. */
export const membersCommand = agentCommand<readonly MemberState[]>(
  'members',
  'list the members, each with its standing and the reason for it',
  agent => agent.get('/members'),
  members => {
    const rows = table([
      ['member', 'address', 'Serf', 'standing', 'pools'],
      ...members.map(({ name, address, status, suspect, standing, pools }) => [
        name,
        address,
        suspect ? 'suspect' : status,
        standing,
        pools.join(', ') || '–',
      ]),
    ]).split('\n')
    const width = Math.max(...rows.map(row => row.length))
    return rows
      .map(
        (row, i) =>
          `${row.padEnd(width)}  ${i === 0 ? 'why' : oneLine(members[i - 1]?.reason ?? '')}`,
      )
      .join('\n')
  },
)
