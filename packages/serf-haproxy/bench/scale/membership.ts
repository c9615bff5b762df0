import type { Member } from 'node-serf-client'
import type { Stand } from './stand.js'

/** Delay of Serf's events behind its log lines, in milliseconds. */
const eventDelayMs = 1000

/** Lets members join as the log of a Serf agent shows it. Call the result to write the lines. */
export function join({ serf, members }: Stand, joiners: readonly Member[]): () => void {
  serf.setMembers([...members, ...joiners])
  const lines = joiners.map(
    ({ name, address }) => `${logTime()} [INFO] serf: EventMemberJoin: ${name} ${address}`,
  )
  setTimeout(() => serf.emit('member-join', joiners), eventDelayMs).unref()
  return () => serf.log(...lines)
}

/** Lets members leave in order. Call the result to write the lines. */
export function leave({ serf, members }: Stand, leavers: readonly Member[]): () => void {
  const left = leavers.map(member => ({ ...member, status: 'left' as const }))
  serf.setMembers([...members, ...left])
  const lines = leavers.map(
    ({ name, address }) => `${logTime()} [INFO] serf: EventMemberLeave: ${name} ${address}`,
  )
  setTimeout(() => serf.emit('member-leave', left), eventDelayMs).unref()
  return () => serf.log(...lines)
}

function logTime(): string {
  return new Date().toISOString().replaceAll('-', '/').replace('T', ' ').slice(0, 19)
}
