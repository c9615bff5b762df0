import type { TimelineEntry } from '../state/agent-event.js'
import { eventKinds, toneOf } from '../state/event-kinds.js'
import { byId, element } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock } from './format.js'
import { generationAddress } from './route/route.js'

/** Most entries that a list shows. */
const mostRows = 60

/** Shows the timeline, newest entry first. */
export function timelineRows(): (page: PageState) => void {
  const show = entryList(byId('timeline'))
  return ({ entries }) => show(entries)
}

/** Shows entries of the timeline in `place`: the newest ones. */
export function entryList(place: Element): (entries: readonly TimelineEntry[]) => void {
  // A restarted agent counts from 1 again.
  const show = keyedList<TimelineEntry>(place, ({ seq, at }) => `${seq} ${at}`, entryRow)
  return entries => show(entries.slice(0, mostRows))
}

function entryRow(entry: TimelineEntry): Shown<TimelineEntry> {
  const time = element('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at))
  const kind = element('span', { class: 'badge' }, eventKinds[entry.kind].label)
  const text = element('span', { class: 'reason', title: entry.text }, entry.text)
  return {
    root: element(
      'li',
      { class: 'row entry', 'data-tone': toneOf(entry) },
      time,
      kind,
      ...generationLink(entry),
      text,
    ),
    // Entries never change.
    update: () => {},
  }
}

function generationLink(entry: TimelineEntry): readonly Element[] {
  if (entry.kind !== 'outcome' || entry.outcome.kind !== 'applied') return []
  const { generation } = entry.outcome
  return [element('a', { href: generationAddress(generation) }, `#${generation}`)]
}
