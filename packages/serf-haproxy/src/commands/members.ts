import type { MemberState } from '../state/agent-state.js'
import { agentCommand } from './agent-command.js'
import { table } from './table.js'

/** `serf-haproxy members`. */
export const membersCommand = agentCommand<readonly MemberState[]>(
  'members',
  'list the members with their state and the reason for it',
  agent => agent.get('/members'),
  members =>
    table([
      ['member', 'address', 'Serf', 'state', 'pools', 'reason'],
      ...members
        .toSorted(byName)
        .map(({ name, address, status, suspect, standing, pools, reason }) => [
          name,
          address,
          suspect ? 'suspect' : status,
          standing,
          pools.join(', ') || '–',
          reason,
        ]),
    ]),
)

function byName({ name: a }: MemberState, { name: b }: MemberState): number {
  return a < b ? -1 : Number(a > b)
}
