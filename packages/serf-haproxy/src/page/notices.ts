import type { AgentState } from '../state/agent-state.js'
import { byId, element, mark, say } from './element.js'
import { keyedList } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock, plural, type Tone } from './words.js'

/** Something that somebody should know before anything else. */
interface Notice {
  readonly id: string
  readonly tone: Tone
  readonly title: string
  readonly text: string
}

/** What is out of the ordinary, above everything else. */
export function notices(): (page: PageState) => void {
  const show = keyedList<Notice>(byId('notices'), ({ id }) => id, shownNotice)
  return page => show(noticesOf(page))
}

function shownNotice() {
  const title = element('b')
  const text = element('span')
  const root = element('div', { class: 'notice' }, title, text)
  return {
    root,
    update: (notice: Notice) => {
      mark(root, 'data-tone', notice.tone)
      say(title, notice.title)
      say(text, notice.text)
    },
  }
}

function noticesOf({ connection, agent }: PageState): readonly Notice[] {
  return [
    ...(connection === 'lost'
      ? [
          {
            id: 'connection',
            tone: 'bad' as const,
            title: 'The agent does not answer.',
            text: 'HAProxy goes on as it is. What is shown here was so when the agent was last heard; the page connects again by itself.',
          },
        ]
      : []),
    ...(agent ? [...connections(agent), ...attempts(agent), ...modes(agent)] : []),
  ]
}

function connections({ serf, haproxy }: AgentState): readonly Notice[] {
  return [
    ...(serf.connected ? [] : [bad('serf', 'The Serf agent is not reached.', serf.error)]),
    ...(haproxy.reachable ? [] : [bad('haproxy', 'HAProxy is not reached.', haproxy.error)]),
  ]
}

function attempts({ outcome, configuration }: AgentState): readonly Notice[] {
  return [
    ...(outcome?.kind === 'rejected'
      ? [
          bad(
            'outcome',
            'HAProxy refuses the configuration; the last good one stays.',
            outcome.report,
          ),
        ]
      : []),
    ...(outcome?.kind === 'rolled-back'
      ? [bad('outcome', 'The last good configuration was put back.', outcome.cause)]
      : []),
    ...(configuration.refused === undefined
      ? []
      : [bad('configuration', "The agent's new configuration is wrong.", configuration.refused)]),
  ]
}

function modes({ frozen, held }: AgentState): readonly Notice[] {
  return [
    ...(held
      ? [
          {
            id: 'held',
            tone: 'held' as const,
            title: `${plural(held.removals.length, 'removal')} held since ${clock(held.since)}.`,
            text: `${held.reason} Held: ${some(held.removals.map(({ member }) => member))}`,
          },
        ]
      : []),
    ...(frozen
      ? [
          {
            id: 'frozen',
            tone: 'warn' as const,
            title: `Frozen since ${clock(frozen.since)}: changes are only watched.`,
            text: frozen.reason ?? '',
          },
        ]
      : []),
  ]
}

function bad(id: string, title: string, text = ''): Notice {
  return { id, tone: 'bad', title, text }
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}
