import type { MemberState, Standing } from '../../state/agent-state.js'
import type { Tone } from '../format.js'
import { memberAddress } from '../route/route.js'
import type { Column } from './column.js'
import { memberHasState, serfStatus, standingText, zoneOf } from './row-text.js'
import { compareNames, compareTexts, type RowRules } from './select-rows.js'

/** Tones of the standings, in the order of the list: those that need attention first. */
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
const concerns = Object.fromEntries(
  Object.keys(standings).map((standing, i) => [standing, i]),
) as Record<Standing, number>

/** The columns of a table of members. */
export const memberColumns: readonly Column<MemberState>[] = [
  {
    ...column('name', 'Name', 150, 0, ({ name }) => name),
    grow: 2,
    compare: (a, b) => compareNames(a.name, b.name),
    href: ({ name }) => memberAddress(name),
  },
  { ...column('agent', 'Agent', 110, 0, standingText), tone: memberTone },
  {
    ...column('serf', 'Serf', 80, 1, serfStatus),
    tone: ({ suspect, status }) => (suspect || status === 'failed' ? 'warn' : undefined),
  },
  column('address', 'Address', 130, 4, ({ address }) => address),
  { ...column('pools', 'Pools', 110, 3, ({ pools }) => pools.join(', ')), grow: 1 },
  column('zone', 'Zone', 90, 5, zoneOf),
  { ...column('why', 'Why', 160, 2, ({ reason }) => reason), grow: 4 },
]

/** Filters and orders of a table of members. */
export const memberRules: RowRules<MemberState> = {
  contains: (member, wanted) =>
    memberColumns.some(({ text }) => text(member).toLowerCase().includes(wanted)),
  hasState: memberHasState,
  poolsOf: ({ pools }) => pools,
  zoneOf,
  needsAttention: member => concernOf(member) < concerns.serving,
  compare: key => memberColumns.find(each => each.key === key)?.compare,
  byConcern,
}

/** Returns the tone of a member. */
export function memberTone({ suspect, standing }: MemberState): Tone {
  return suspect ? 'warn' : standings[standing]
}

/** Orders members: suspects first, then by state and name. */
export function byConcern(a: MemberState, b: MemberState): number {
  return concernOf(a) - concernOf(b) || compareNames(a.name, b.name)
}

function concernOf({ suspect, standing }: MemberState): number {
  return suspect ? -1 : concerns[standing]
}

function column(
  key: string,
  label: string,
  width: number,
  priority: number,
  text: (member: MemberState) => string,
): Column<MemberState> {
  return { key, label, width, priority, text, compare: (a, b) => compareTexts(text(a), text(b)) }
}
