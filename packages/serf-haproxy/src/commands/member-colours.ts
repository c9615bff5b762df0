import type { State } from 'command-line-program'
import type { MemberState, Standing } from '../state/agent-state.js'

/** State of each standing, as its colour shows it. */
const standings: Readonly<Record<Standing, State>> = {
  serving: 'good',
  draining: 'warning',
  'kept-by-health': 'warning',
  held: 'warning',
  damped: 'warning',
  quarantined: 'bad',
  'not-selected': 'quiet',
  gone: 'quiet',
}

/** State of each status in Serf, as its colour shows it. */
const statuses: Readonly<Record<MemberState['status'], State>> = {
  none: 'quiet',
  alive: 'good',
  leaving: 'warning',
  left: 'quiet',
  failed: 'bad',
  absent: 'quiet',
}

/** Returns the cells of a member's status in Serf and of its standing, with their colours. */
export function memberCells({
  status,
  suspect,
  standing,
}: Pick<MemberState, 'status' | 'suspect' | 'standing'>) {
  return [
    suspect
      ? { text: 'suspect', state: 'warning' as const }
      : { text: status, state: statuses[status] },
    { text: standing, state: standings[standing] },
  ]
}
