import type { AgentState } from '../state/agent-state.js'
import { byId, element, setAttribute, setText } from './element.js'
import { keyedList } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock, plural, type Tone } from './format.js'

/** A warning at the top of the page. */
interface Notice {
  readonly id: string
  readonly tone: Tone
  readonly title: string
  readonly text: string
}

/** Shows the warnings at the top of the page. */
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
      setAttribute(root, 'data-tone', notice.tone)
      setText(title, notice.title)
      setText(text, notice.text)
    },
  }
}

export function noticesOf({ connection, agent }: PageState): readonly Notice[] {
  return [
    ...(connection === 'lost'
      ? [
          {
            id: 'connection',
            tone: 'bad' as const,
            title: 'The agent does not answer.',
            text: 'HAProxy keeps running. The page shows the last known state and reconnects by itself.',
          },
        ]
      : []),
    ...(agent ? [...connections(agent), ...attempts(agent), ...modes(agent)] : []),
  ]
}

function connections({ serf, haproxy }: AgentState): readonly Notice[] {
  return [
    ...(serf.connected ? [] : [bad('serf', 'The Serf agent is unreachable.', serf.error)]),
    ...(haproxy.reachable ? [] : [bad('haproxy', 'HAProxy is unreachable.', haproxy.error)]),
  ]
}

function attempts(state: AgentState): readonly Notice[] {
  const { fault, pollFault, probeFault, disk = [], outcome, configuration } = state
  return [
    ...(fault ? [bad('fault', 'The last round failed; HAProxy keeps running.', fault.error)] : []),
    ...(pollFault ? [bad('poll', 'The last poll of HAProxy failed.', pollFault.error)] : []),
    ...(probeFault ? [bad('probe', 'The probe through HAProxy fails.', probeFault.error)] : []),
    ...disk.map(({ place, error }) =>
      bad(`disk-${place}`, `The disk refuses the ${place}; a restart would lose it.`, error),
    ),
    ...(outcome?.kind === 'rejected'
      ? [
          bad(
            'outcome',
            'HAProxy rejected the configuration; the last good one stays active.',
            outcome.report,
          ),
        ]
      : []),
    ...(outcome?.kind === 'rolled-back'
      ? [
          bad(
            'outcome',
            'A reload failed; the last good configuration was restored.',
            outcome.cause,
          ),
        ]
      : []),
    ...(configuration.refused === undefined
      ? []
      : [
          bad(
            'configuration',
            "The agent's new configuration is invalid; the previous one stays active.",
            configuration.refused,
          ),
        ]),
  ]
}

function modes({ frozen, held, heldChange, unprinted = [] }: AgentState): readonly Notice[] {
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
    ...(heldChange
      ? [
          {
            id: 'held-change',
            tone: 'held' as const,
            title: `A change of the configuration is held since ${clock(heldChange.since)}; HAProxy keeps its servers.`,
            text: heldChange.reason,
          },
        ]
      : []),
    ...unprinted.map(pool =>
      bad(
        `unprinted-${pool}`,
        `The template prints pool ${pool} nowhere: its members get no traffic.`,
      ),
    ),
    ...(frozen
      ? [
          {
            id: 'frozen',
            tone: 'warn' as const,
            title: `Frozen since ${clock(frozen.since)}: changes are not applied.`,
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
