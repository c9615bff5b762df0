import type { MemberState } from '../../state/agent-state.js'
import { statusOf, type ServerRow } from './server-rows.js'

/** States that a table can be filtered by, with their labels. */
export const stateLabels: Readonly<Record<string, string>> = {
  up: 'up in HAProxy',
  down: 'down in HAProxy',
  draining: 'draining',
  unknown: 'not polled yet',
  suspect: 'suspect in Serf',
  failed: 'failed in Serf',
  held: 'held by the guard',
  'kept-by-health': 'kept by health',
  damped: 'damped',
  quarantined: 'quarantined',
  'not-selected': 'not selected',
  gone: 'gone',
}

/** Returns the status of a member in Serf, in a word. */
export function serfStatus(member: MemberState | undefined): string {
  if (!member) return 'no member'
  return member.suspect ? 'suspect' : member.status
}

/** Returns the decision of the agent on a member, in words. */
export function standingText(member: MemberState | undefined): string {
  return member?.standing.replaceAll('-', ' ') ?? ''
}

/** Returns the zone of a member: its tag `zone`. */
export function zoneOf(member: MemberState | undefined): string {
  return member?.tags['zone'] ?? ''
}

/** Returns true if HAProxy, the agent or Serf has this state for the server. */
export function hasState(row: ServerRow, state: string): boolean {
  return (
    haproxyState(row) === state || (row.member !== undefined && memberHasState(row.member, state))
  )
}

/** Returns true if the agent or Serf has this state for the member. */
export function memberHasState(member: MemberState, state: string): boolean {
  return member.standing === state || serfStatus(member) === state
}

function haproxyState(row: ServerRow): string {
  const status = statusOf(row)
  if (/^(?:UP|no check)/.test(status)) return 'up'
  if (status.startsWith('DOWN')) return 'down'
  return /^(?:DRAIN|MAINT|NOLB)/.test(status) ? 'draining' : 'unknown'
}

/** Returns the reason why a server needs attention, in a few words; empty for one that needs none. */
export function whyText({ server, member, tone }: ServerRow): string {
  const failedCheck = tone === 'bad' && server.check ? `check: ${server.check}` : ''
  const isServing = member?.standing === 'serving' && !member.suspect
  const reason = member === undefined || isServing ? '' : member.reason
  return [failedCheck, reason].filter(text => text !== '').join('; ')
}

/** Returns true if a text of the server contains `wanted`, which is in lower case. */
export function containsText(row: ServerRow, wanted: string): boolean {
  const { server, member, pool } = row
  return [
    server.name,
    `${server.address}:${server.port}`,
    pool,
    statusOf(row),
    member?.status,
    member?.standing,
    member?.reason,
    zoneOf(member),
  ].some(text => text?.toLowerCase().includes(wanted))
}
