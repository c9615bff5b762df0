import type { TimelineEntry } from '../state/agent-event.js'
import { eventKinds, toneOf } from '../state/event-kinds.js'
import { byId, element } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock } from './format.js'

/** Shows the timeline, newest entry first. */
export function timelineRows(): (page: PageState) => void {
  // A restarted agent counts from 1 again.
  const show = keyedList<TimelineEntry>(byId('timeline'), ({ seq, at }) => `${seq} ${at}`, entryRow)
  return ({ entries }) => show(entries)
}

function entryRow(entry: TimelineEntry): Shown<TimelineEntry> {
  const time = element('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at))
  const kind = element('span', { class: 'badge' }, eventKinds[entry.kind].label)
  const text = element('span', { class: 'reason' }, entry.text)
  return {
    root: element('li', { class: 'row entry', 'data-tone': toneOf(entry) }, time, kind, text),
    // Entries never change.
    update: () => {},
  }
}
