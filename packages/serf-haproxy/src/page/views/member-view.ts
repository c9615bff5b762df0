import type { Explanation } from '../../state/explanation.js'
import { askAgent } from '../ask-agent.js'
import { element, setText } from '../element.js'
import { keyedList, type Shown } from '../keyed-list.js'
import type { PageState } from '../page-state.js'
import { poolAddress } from '../route/route.js'
import { serverColumns } from '../table/server-columns.js'
import { statusOf, type ServerRow } from '../table/server-rows.js'
import { entryList } from '../timeline-rows.js'
import { cliCommand, curlCommand } from './command-text.js'
import { copyLine } from './copy-line.js'
import { explanationContent } from './explanation-content.js'
import { factList, type Fact } from './fact-list.js'
import { entriesOf } from './member-entries.js'
import { drainControl } from './drain-control.js'
import type { Services, View } from './view.js'

/** Creates the view of one member: its explanation, servers, tags and timeline. */
export function memberView(name: string, { controls }: Pick<Services, 'controls'>): View {
  const drain = drainControl(name, controls)
  const explanation = element('div', { class: 'explanation', 'aria-live': 'polite' })
  const servers = element('div', { class: 'server-lines' })
  const showServers = keyedList<ServerRow>(servers, ({ pool }) => pool, serverCard)
  const tags = element('dl', { class: 'facts' })
  const showTags = factList(tags)
  const timeline = element('ol', { class: 'rows' })
  const showEntries = entryList(timeline)
  const noEntries = element('p', { class: 'empty' }, 'The timeline has no entry for it.')
  const explain = explainer(name, explanation)
  return {
    root: element(
      'section',
      { class: 'detail', 'aria-label': `Member ${name}` },
      element('h2', { class: 'title', tabindex: '-1', dir: 'auto' }, name),
      drain.root,
      explanation,
      servers,
      element('h2', {}, 'Tags'),
      tags,
      element('h2', {}, 'Timeline'),
      timeline,
      noEntries,
      element('h2', {}, 'As a command'),
      copyLine('serf-haproxy', cliCommand('explain', name)),
      copyLine('curl', curlCommand(location.origin, `/explain/${encodeURIComponent(name)}`)),
    ),
    update(page) {
      const rows = rowsOfMember(page, name)
      const member = page.reading.membersByName.get(name)
      drain.update(page)
      showServers(rows)
      showTags(Object.entries(member?.tags ?? {}).map(([tag, value]) => ({ name: tag, value })))
      const entries = entriesOf(page.entries, name)
      showEntries(entries)
      noEntries.hidden = entries.length > 0
      explain(page, [member?.status, member?.suspect, member?.reason, ...rows.map(statusOf)].join())
    },
  }
}

/** Returns the servers of a member, one a pool. */
function rowsOfMember({ reading }: Pick<PageState, 'reading'>, name: string): ServerRow[] {
  return reading.pools.flatMap(({ rows }) => rows.filter(({ server }) => server.name === name))
}

/** Returns a function that asks for the explanation when a fact about the member changes. */
function explainer(name: string, place: HTMLElement): (page: PageState, facts: string) => void {
  let known: string | undefined
  return ({ agent, connection }, facts) => {
    const now = `${agent?.startedAt} ${agent?.generation?.number} ${facts}`
    if (!agent || connection !== 'live' || now === known) return
    known = now
    askAgent<Explanation>('GET', `/explain/${encodeURIComponent(name)}`).then(
      explanation => place.replaceChildren(...explanationContent(explanation)),
      (error: unknown) => {
        setText(place, error instanceof Error ? error.message : String(error))
        // The next state retries.
        known = undefined
      },
    )
  }
}

/** Shows one server of the member with the figures of its columns. */
function serverCard({ pool }: ServerRow): Shown<ServerRow> {
  const list = element('dl', { class: 'facts' })
  const show = factList(list)
  const link = element('a', { href: poolAddress(pool), dir: 'auto' }, pool)
  return {
    root: element(
      'article',
      { class: 'card' },
      element('h3', {}, element('span', {}, 'Pool ', link)),
      list,
    ),
    update: row => show(serverFacts(row)),
  }
}

/** Returns the facts of a server: the columns of the table, and its health check. */
function serverFacts(row: ServerRow): readonly Fact[] {
  const { check } = row.server
  const known = serverColumns.filter(({ key }) => !['name', 'pool', 'why'].includes(key))
  return [
    ...known.map(({ label, text, tone }) => ({ name: label, value: text(row), tone: tone?.(row) })),
    { name: 'Health check', value: check === undefined || check === '' ? 'none yet' : check },
  ]
}
