import type { Member } from 'node-serf-client'
import type { Stand } from './stand.js'

/** The member that the scripted agent is, as it names itself: Serf always lists it. */
const balancer: Member = {
  name: 'fake',
  address: '127.0.0.1',
  port: 7946,
  status: 'alive',
  tags: {},
}

/** Delay of Serf's events behind its log lines, in milliseconds. */
const eventDelayMs = 1000

/** Members that joined or left since the start; Serf remembers those that left for a day. */
const joined = new WeakMap<Stand, Map<string, Member>>()

function setJoined(stand: Stand, changed: readonly Member[]): void {
  const all = joined.get(stand) ?? new Map<string, Member>()
  joined.set(stand, all)
  for (const member of changed) all.set(member.name, member)
  stand.serf.setMembers([balancer, ...stand.members, ...all.values()])
}

/** Lets members join as the log of a Serf agent shows it. Call the result to write the lines. */
export function join(stand: Stand, joiners: readonly Member[]): () => void {
  return changed(stand, joiners, 'Join')
}

/** Lets members leave in order. Call the result to write the lines. */
export function leave(stand: Stand, leavers: readonly Member[]): () => void {
  const left = leavers.map(member => ({ ...member, status: 'left' as const }))
  return changed(stand, left, 'Leave')
}

function changed(stand: Stand, members: readonly Member[], change: 'Join' | 'Leave'): () => void {
  const { serf } = stand
  setJoined(stand, members)
  const lines = members.map(
    ({ name, address }) => `${logTime()} [INFO] serf: EventMember${change}: ${name} ${address}`,
  )
  const event = change === 'Join' ? 'member-join' : 'member-leave'
  setTimeout(() => serf.emit(event, members), eventDelayMs).unref()
  return () => serf.log(...lines)
}

function logTime(): string {
  return new Date().toISOString().replaceAll('-', '/').replace('T', ' ').slice(0, 19)
}
