import type { TimelineEntry } from '../state/agent-event.js'
import type { AgentState } from '../state/agent-state.js'
import { withReading, type Traffic } from './traffic.js'

/** What the server says of itself when the page connects. */
export interface Greeting {
  readonly version: string
  /** Whether changes can be made from here, with the token. */
  readonly controls: boolean
}

/** Everything that the page shows. */
export interface PageState {
  readonly connection: 'connecting' | 'live' | 'lost'
  readonly greeting?: Greeting
  readonly agent?: AgentState
  readonly traffic: Traffic
  /** Newest first. */
  readonly entries: readonly TimelineEntry[]
}

/** What the page is told. */
export type News =
  | { readonly kind: 'hello'; readonly data: Greeting }
  | { readonly kind: 'state'; readonly data: AgentState }
  | { readonly kind: 'entry'; readonly data: TimelineEntry }
  | { readonly kind: 'connection'; readonly data: PageState['connection'] }

/** The page before it is told anything. */
export const emptyPage: PageState = { connection: 'connecting', traffic: new Map(), entries: [] }

const entriesShown = 200

/** The page after one piece of news. A new run of the agent begins with an empty timeline. */
export function withNews(page: PageState, news: News): PageState {
  switch (news.kind) {
    case 'hello':
      return { ...page, connection: 'live', greeting: news.data }
    case 'entry': {
      const others = page.entries.filter(({ seq }) => seq !== news.data.seq)
      return { ...page, entries: [news.data, ...others].slice(0, entriesShown) }
    }
    case 'state': {
      const isOtherRun = page.agent?.startedAt !== news.data.startedAt
      const before = isOtherRun ? new Map() : page.traffic
      const next = { ...page, agent: news.data, traffic: withReading(before, news.data) }
      return isOtherRun ? { ...next, entries: [] } : next
    }
    default:
      return { ...page, connection: news.data }
  }
}
