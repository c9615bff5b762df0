import { age, milliseconds, rate, type Tone } from '../format.js'
import { memberAddress, poolAddress } from '../route/route.js'
import type { Column } from './column.js'
import { containsText, hasState, serfStatus, standingText, whyText, zoneOf } from './row-text.js'
import { compareKeys, compareNumbers, compareTexts, type RowRules } from './select-rows.js'
import { statusOf, type ServerRow } from './server-rows.js'

/** The columns of a table of servers. */
export const serverColumns: readonly Column<ServerRow>[] = [
  {
    ...column('name', 'Name', 150, 0, ({ server }) => server.name),
    grow: 2,
    compare: (a, b) => compareKeys(a.order, b.order),
    href: ({ server }) => memberAddress(server.name),
  },
  {
    ...column('pool', 'Pool', 90, 5, ({ pool }) => pool),
    href: ({ pool }) => poolAddress(pool),
  },
  column('address', 'Address', 160, 8, ({ server }) => `${server.address}:${server.port}`),
  {
    ...column('serf', 'Serf', 70, 6, ({ member }) => serfStatus(member)),
    tone: ({ member }) => (member?.status === 'alive' && !member.suspect ? undefined : 'warn'),
  },
  {
    ...column('agent', 'Agent', 124, 4, ({ member }) => standingText(member)),
    tone: ({ member }) => (member?.standing === 'serving' ? undefined : standingTone(member)),
  },
  { ...column('haproxy', 'HAProxy', 88, 0, statusOf), tone: ({ tone }) => tone },
  amount('weight', 'Weight', 74, 7, ({ server }) => server.currentWeight ?? server.weight),
  amount('requests', 'Req/s', 64, 0, row => row.perSecond, rate),
  {
    ...amount('errors', 'Errors', 70, 1, row => row.errors),
    tone: ({ errors }) => (errors > 0 ? 'bad' : undefined),
  },
  amount('response', 'Response', 92, 3, ({ server }) => server.responseMs, milliseconds),
  amount('queue', 'Queue', 70, 6, ({ server }) => server.queued),
  amount('sessions', 'Sessions', 86, 6, ({ server }) => server.sessions),
  amount('since', 'Since', 78, 7, ({ server }) => server.since, age),
  { ...column('why', 'Why', 160, 2, whyText), grow: 3 },
]

/** Filters and orders of a table of servers. */
export const serverRules: RowRules<ServerRow> = {
  contains: containsText,
  hasState,
  poolsOf: ({ pool }) => [pool],
  zoneOf: ({ member }) => zoneOf(member),
  needsAttention: ({ tone }) => concerns[tone] < concerns.quiet,
  compare: key => serverColumns.find(each => each.key === key)?.compare,
  byConcern: (a, b) =>
    concerns[a.tone] - concerns[b.tone] ||
    compareKeys(a.order, b.order) ||
    compareKeys(a.key, b.key),
}

const concerns: Readonly<Record<Tone, number>> = { bad: 0, held: 1, warn: 2, quiet: 3, good: 4 }

function standingTone(member: ServerRow['member']): Tone | undefined {
  return member?.standing === 'held' ? 'held' : 'warn'
}

function column(
  key: string,
  label: string,
  width: number,
  priority: number,
  text: (row: ServerRow) => string,
): Column<ServerRow> {
  return { key, label, width, priority, text, compare: (a, b) => compareTexts(text(a), text(b)) }
}

function amount(
  key: string,
  label: string,
  width: number,
  priority: number,
  value: (row: ServerRow) => number | undefined,
  print: (value: number) => string = String,
): Column<ServerRow> {
  return {
    key,
    label,
    width,
    priority,
    isNumber: true,
    text: row => {
      const found = value(row)
      return found === undefined ? '–' : print(found)
    },
    compare: (a, b) => compareNumbers(value(a), value(b)),
  }
}
