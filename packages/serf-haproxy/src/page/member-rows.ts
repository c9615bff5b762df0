import type { MemberState } from '../state/agent-state.js'
import { element, setAttribute, setText } from './element.js'
import { thousands } from './format.js'
import { keyedList, type Shown } from './keyed-list.js'
import { memberAddress } from './route/route.js'
import { byConcern, memberRules, memberTone } from './table/member-columns.js'
import { serfStatus, standingText } from './table/row-text.js'

/** Most members that the overview lists; the view of all members has the rest. */
const mostRows = 24

/** Returns the members that the overview lists, and a text about the rest. */
export function listedMembers(members: readonly MemberState[]): {
  rows: readonly MemberState[]
  rest: string
} {
  if (members.length <= mostRows) return { rows: members.toSorted(byConcern), rest: '' }
  const troubled = members.filter(memberRules.needsAttention).toSorted(byConcern)
  const rows = troubled.slice(0, mostRows)
  const verb = troubled.length === 1 ? 'needs' : 'need'
  const needs = `${thousands(troubled.length)} of ${thousands(members.length)} members ${verb} attention`
  const more = rows.length < troubled.length ? `; the first ${mostRows} are shown` : ''
  return { rows, rest: `${needs}${more}.` }
}

/** Shows members with state and reason in `place`; those that need attention first. */
export function memberRows(
  place: Element,
  rest: HTMLElement,
): (members: readonly MemberState[]) => void {
  const show = keyedList<MemberState>(place, ({ name }) => name, memberRow)
  let shown: readonly MemberState[] | undefined
  return members => {
    if (members === shown) return
    shown = members
    const listed = listedMembers(members)
    show(listed.rows)
    setText(rest, listed.rest)
    rest.hidden = listed.rest === ''
  }
}

function memberRow({ name }: MemberState): Shown<MemberState> {
  const badge = element('span', { class: 'badge' })
  const serf = element('span', { class: 'quiet' })
  const reason = element('span', { class: 'reason' })
  const link = element('a', { class: 'name', href: memberAddress(name), dir: 'auto' }, name)
  const root = element('li', { class: 'row' }, link, badge, serf, reason)
  return {
    root,
    update(member) {
      setAttribute(root, 'data-tone', memberTone(member))
      setText(badge, standingText(member))
      setText(serf, `${member.address}, ${serfStatus(member)}`)
      setText(reason, member.reason)
    },
  }
}
