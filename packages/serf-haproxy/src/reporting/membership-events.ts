import { diffMembership, type Membership } from 'serf-events'
import type { AgentEvent, MemberChange } from '../state/agent-event.js'
import { printableName } from '../printable-name.js'

const inWords: Readonly<Record<MemberChange, string>> = {
  joined: 'joined',
  left: 'left',
  failed: 'failed in Serf',
  updated: 'changed its address or tags',
  leaving: 'is leaving',
  suspected: 'is suspect: it does not answer probes',
  refuted: 'answers again',
  conflicting: 'is claimed by a second node',
  reconciled: 'is claimed by one node only again',
}

/** Most names in a sentence; further ones are counted. */
const mostNames = 10

/** Returns the changes from one snapshot to the next as events. */
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
    : `The Serf agent does not answer: ${error ?? 'no reason given'}`
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

/** Joins names for a sentence; safe for a terminal. */
export function namesInWords(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(printableName)
  const more = names.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}
