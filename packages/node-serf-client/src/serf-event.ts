import { decodeMember, isRecord, type Member } from './member.js'
import { SerfError } from './serf-error.js'

/** The membership events of the `stream` command, in Serf's own words. */
export type MemberEventType =
  'member-join' | 'member-leave' | 'member-failed' | 'member-update' | 'member-reap'

const memberEventTypes: readonly MemberEventType[] = [
  'member-join',
  'member-leave',
  'member-failed',
  'member-update',
  'member-reap',
]

/** A membership event: it names the members that changed, up to 3 s after they did. */
export interface MemberEvent {
  readonly event: MemberEventType
  readonly members: readonly Member[]
}

/** A record of the `stream` command, turned into a {@link MemberEvent}. */
export function decodeMemberEvent(wire: unknown): MemberEvent {
  const event = isRecord(wire) && memberEventTypes.find(known => known === wire['Event'])
  if (event) {
    const members = Array.isArray(wire['Members']) ? wire['Members'] : []
    return { event, members: members.map(decodeMember) }
  }
  const shown = (JSON.stringify(wire) ?? String(wire)).slice(0, 200)
  throw new SerfError(
    'protocol',
    `The agent's event is malformed: found ${shown}, wanted a member event`,
  )
}
