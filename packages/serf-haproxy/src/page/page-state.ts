import type { TimelineEntry } from '../state/agent-event.js'
import type { AgentState } from '../state/agent-state.js'
import { noReading, withReading, type Reading } from './table/server-rows.js'

/** Facts about the server, sent when the page connects. */
interface Greeting {
  readonly version: string
  /** True if the page can make changes with the token. */
  readonly controls: boolean
}

/** Everything that the page shows. */
export interface PageState {
  readonly connection: 'connecting' | 'live' | 'lost'
  readonly greeting?: Greeting
  readonly agent?: AgentState
  /** Servers, members and rates of the last state. */
  readonly reading: Reading
  /** Newest first. */
  readonly entries: readonly TimelineEntry[]
}

/** A message of the event stream, or a change of the connection. */
export type PageEvent =
  | { readonly kind: 'hello'; readonly data: Greeting }
  | { readonly kind: 'state'; readonly data: AgentState }
  | { readonly kind: 'entry'; readonly data: TimelineEntry }
  | { readonly kind: 'connection'; readonly data: PageState['connection'] }

/** The state of the page before the first event. */
export const emptyPage: PageState = { connection: 'connecting', reading: noReading, entries: [] }

const entriesShown = 200

/** Returns the page state after one event. A restart of the agent empties the timeline. */
export function withEvent(page: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'hello':
      return { ...page, connection: 'live', greeting: event.data }
    case 'entry': {
      const others = page.entries.filter(({ seq }) => seq !== event.data.seq)
      return { ...page, entries: [event.data, ...others].slice(0, entriesShown) }
    }
    case 'state': {
      const isOtherRun = page.agent?.startedAt !== event.data.startedAt
      const before = isOtherRun ? noReading : page.reading
      const next = { ...page, agent: event.data, reading: withReading(before, event.data) }
      return isOtherRun ? { ...next, entries: [] } : next
    }
    default:
      return { ...page, connection: event.data }
  }
}
