import type { Member, SerfEvent } from 'node-serf-client'
import type { ChangeSignal } from './change-signal.js'
import { sameFacts } from './same-facts.js'

/** Membership event of the agent's stream. */
export type MemberEvent = Extract<SerfEvent, { readonly members: unknown }>

/** Status of a member after an event; an update keeps the status. */
const statusAfter: Readonly<Partial<Record<MemberEvent['event'], Member['status']>>> = {
  'member-join': 'alive',
  'member-leave': 'left',
  'member-failed': 'failed',
}

/**
 * Notifies of the members of an event that differ from the known ones. Serf
 * sends an event 1 to 3 seconds after its log line, so mostly none differs. An
 * event is old: it is never taken for the current facts.
 */
export function notifyOfEvent(
  { event, members }: MemberEvent,
  known: ReadonlyMap<string, Member>,
  changes: Pick<ChangeSignal, 'notify' | 'doubt'>,
): void {
  if (members.length === 0) changes.doubt('event')
  const isGone = event === 'member-reap'
  for (const member of members) {
    const before = known.get(member.name)
    const isKnown = isGone ? !before : before && isAfter(event, before, member)
    if (!isKnown) changes.notify('event', member.name, isGone)
  }
}

function isAfter(event: MemberEvent['event'], known: Member, member: Member): boolean {
  const status = statusAfter[event]
  return (status === undefined || known.status === status) && sameFacts(known, member)
}
