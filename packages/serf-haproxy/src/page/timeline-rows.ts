import type { TimelineEntry } from '../state/agent-event.js'
import { byId, element } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { clock, type Tone } from './format.js'

/** Shows the timeline, newest entry first. */
export function timelineRows(): (page: PageState) => void {
  // A restarted agent counts from 1 again.
  const show = keyedList<TimelineEntry>(byId('timeline'), ({ seq, at }) => `${seq} ${at}`, entryRow)
  return ({ entries }) => show(entries)
}

function entryRow(entry: TimelineEntry): Shown<TimelineEntry> {
  const time = element('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at))
  const kind = element('span', { class: 'badge' }, entry.kind)
  const text = element('span', { class: 'reason' }, entry.text)
  return {
    root: element('li', { class: 'row entry', 'data-tone': toneOf(entry) }, time, kind, text),
    // Entries never change.
    update: () => {},
  }
}

export function toneOf(entry: TimelineEntry): Tone {
  switch (entry.kind) {
    case 'error':
      return 'bad'
    case 'outcome':
      return outcomeTone(entry.outcome.kind)
    case 'connection':
      return entry.isUp ? 'good' : 'bad'
    case 'configuration':
      return entry.isAccepted ? 'quiet' : 'bad'
    case 'held':
      return 'held'
    case 'quarantine':
    case 'damped':
    case 'drift':
    case 'rejoin':
    case 'frozen':
      return 'warn'
    default:
      return 'quiet'
  }
}

function outcomeTone(kind: string): Tone {
  if (kind === 'applied') return 'good'
  return kind === 'rejected' || kind === 'rolled-back' ? 'bad' : 'quiet'
}
