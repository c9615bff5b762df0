import type { Member } from 'node-serf-client'
import type { Stand } from './stand.js'

/** Delay of Serf's events behind its log lines, in milliseconds. */
const eventDelayMs = 1000

/** The members that joined; Serf remembers those that left for a day. */
const joined = new WeakMap<Stand, Map<string, Member>>()

function setJoined(stand: Stand, changed: readonly Member[]): void {
  const all = joined.get(stand) ?? new Map<string, Member>()
  joined.set(stand, all)
  for (const member of changed) all.set(member.name, member)
  stand.serf.setMembers([...stand.members, ...all.values()])
}

/** Lets members join as the log of a Serf agent shows it. Call the result to write the lines. */
export function join(stand: Stand, joiners: readonly Member[]): () => void {
  const { serf } = stand
  setJoined(stand, joiners)
  const lines = joiners.map(
    ({ name, address }) => `${logTime()} [INFO] serf: EventMemberJoin: ${name} ${address}`,
  )
  setTimeout(() => serf.emit('member-join', joiners), eventDelayMs).unref()
  return () => serf.log(...lines)
}

/** Lets members leave in order. Call the result to write the lines. */
export function leave(stand: Stand, leavers: readonly Member[]): () => void {
  const left = leavers.map(member => ({ ...member, status: 'left' as const }))
  const { serf } = stand
  setJoined(stand, left)
  const lines = leavers.map(
    ({ name, address }) => `${logTime()} [INFO] serf: EventMemberLeave: ${name} ${address}`,
  )
  setTimeout(() => serf.emit('member-leave', left), eventDelayMs).unref()
  return () => serf.log(...lines)
}

function logTime(): string {
  return new Date().toISOString().replaceAll('-', '/').replace('T', ' ').slice(0, 19)
}
