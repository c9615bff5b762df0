import type { MemberState, Standing } from '../state/agent-state.js'
import { button, byId, element, setAttribute, setText } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import type { Tone } from './format.js'

/** Tones of the member states, in the order of the list: those that need attention first. */
const standings: Readonly<Record<Standing, Tone>> = {
  held: 'held',
  quarantined: 'bad',
  'kept-by-health': 'warn',
  damped: 'warn',
  draining: 'warn',
  serving: 'good',
  'not-selected': 'quiet',
  gone: 'quiet',
}
const order = Object.keys(standings)

/** Shows all members with state and reason; those that need attention first. */
export function memberRows(explain: (member: string) => void): (page: PageState) => void {
  const show = keyedList<MemberState>(
    byId('members'),
    ({ name }) => name,
    member => memberRow(member, explain),
  )
  return ({ agent }) => {
    if (agent) show(agent.members.toSorted(byConcern))
  }
}

function memberRow({ name }: MemberState, explain: (member: string) => void): Shown<MemberState> {
  const badge = element('span', { class: 'badge' })
  const serf = element('span', { class: 'quiet' })
  const reason = element('span', { class: 'reason' })
  const root = element(
    'li',
    { class: 'row' },
    button(name, () => explain(name), { class: 'name' }),
    badge,
    serf,
    reason,
  )
  return {
    root,
    update(member) {
      setAttribute(root, 'data-tone', member.suspect ? 'warn' : standings[member.standing])
      setText(badge, member.standing.replaceAll('-', ' '))
      setText(serf, `${member.address}, ${member.suspect ? 'suspect' : member.status}`)
      setText(reason, member.reason)
    },
  }
}

/** Orders members: suspects first, then by state and name. */
export function byConcern(a: MemberState, b: MemberState): number {
  return concernOf(a) - concernOf(b) || (a.name < b.name ? -1 : 1)
}

function concernOf({ suspect, standing }: MemberState): number {
  return suspect ? -1 : order.indexOf(standing)
}
