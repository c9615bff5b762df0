import type { MemberState } from '../state/agent-state.js'
import { byName } from '../state/by-name.js'
import { agentCommand } from './agent-command.js'
import { memberCells } from './member-colours.js'
import { printableTable } from './printable-table.js'

/** `serf-haproxy members`. */
export const membersCommand = agentCommand<readonly MemberState[]>(
  'members',
  'list the members with their state and the reason for it',
  {
    ask: agent => agent.get('/members'),
    ofState: state => state.members,
    describe: (members, terminal) => ({
      coloured: printableTable(
        [
          ['member', 'address', 'Serf', 'state', 'pools', 'reason'],
          ...members
            .toSorted(byName)
            .map(member => [
              member.name,
              member.address,
              ...memberCells(member),
              member.pools.join(', ') || '–',
              member.reason,
            ]),
        ],
        terminal,
      ),
    }),
  },
)
