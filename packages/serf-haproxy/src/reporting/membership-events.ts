import { diffMembership, type Membership } from 'serf-events'
import type { AgentEvent, MemberChange } from '../state/agent-event.js'
import { printableName } from '../printable-name.js'

const inWords: Readonly<Record<MemberChange, string>> = {
  joined: 'joined',
  left: 'left',
  failed: 'failed, says Serf',
  updated: 'changed its address or tags',
  leaving: 'is leaving',
  suspected: 'is suspect: it does not answer',
  refuted: 'answers again',
  conflicting: 'is claimed by a second node',
  reconciled: 'is claimed by one node only again',
}

/** More names than these are counted, not told. */
const mostTold = 10

/** What changed from one snapshot to the next. */
export function membershipEvents(before: Membership | undefined, after: Membership): AgentEvent[] {
  const { cause } = after
  const changes = Object.entries(diffMembership(before ?? { members: new Map() }, after)) as [
    MemberChange,
    readonly { readonly name: string }[],
  ][]
  const events: AgentEvent[] = changes
    .filter(([, members]) => members.length > 0)
    .map(([change, list]) => {
      const members = list.map(({ name }) => name).toSorted()
      const text = `${namesInWords(members)} ${inWords[change]}`
      return { kind: 'membership', change, members, cause, text }
    })
  if (before?.connected === after.connected) return events
  const error = after.error?.message
  const text = after.connected
    ? 'The Serf agent answers'
    : `The Serf agent is away: ${error ?? 'no reason given'}`
  return [
    {
      kind: 'connection',
      to: 'serf',
      isUp: after.connected,
      ...(error !== undefined && { error }),
      text,
    },
    ...events,
  ]
}

/** Names as a sentence has them, fit for a terminal. */
export function namesInWords(names: readonly string[]): string {
  const told = names.slice(0, mostTold).map(printableName)
  const more = names.length - told.length
  return [...told, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
