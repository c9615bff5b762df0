import { SerfError, type Member, type SerfClient } from 'node-serf-client'
import { ChangeSignal, type ChangeNotice } from './change-signal.js'
import { LogMonitor } from './log-monitor.js'
import type { MembershipCause } from './membership.js'
import type { Suspicions } from './suspicions.js'
import type { WatchSettings } from './watch-settings.js'

/** Result of one read of the members. */
export interface AgentSnapshot {
  readonly members: ReadonlyMap<string, Member>
  readonly suspicions: Suspicions
  readonly cause: MembershipCause
  readonly detectedAt: number
  /** True if the agent provides its log. */
  readonly hasLog: boolean
  /** Name of the agent's own member; undefined if the agent refuses to tell it. */
  readonly self: string | undefined
}

/** Reads the members after every notice of a change, until the connection ends or `signal` aborts. */
export async function watchAgent(
  client: SerfClient,
  settings: WatchSettings,
  firstCause: MembershipCause,
  onSnapshot: (snapshot: AgentSnapshot) => void,
  signal: AbortSignal,
): Promise<void> {
  const changes = new ChangeSignal(settings)
  const monitor = new LogMonitor(client, () => changes.notify('log'), signal)
  const resync = setInterval(() => changes.notify('resync'), settings.resyncMs)
  const onAbort = () => client.close()
  const onRefresh = () => changes.notify('refresh')
  signal.addEventListener('abort', onAbort, { once: true })
  settings.refreshRequests?.addEventListener('refresh', onRefresh)
  try {
    // Subscribed before the first read: a change in between causes another read.
    const lines = await openLog(client, signal)
    const events = await client.stream(
      ['member-join', 'member-leave', 'member-failed', 'member-update', 'member-reap'],
      { signal },
    )
    if (lines) forEach(lines, line => monitor.onLogLine(line)).catch(changes.fail)
    forEach(events, () => changes.notify('event')).catch(changes.fail)
    const self = await ownName(client, signal)
    let notice: ChangeNotice = { cause: firstCause, detectedAt: performance.now() }
    for (; ; notice = await changes.due()) {
      changes.readStarted()
      const list = await client.members(settings.filter, { signal })
      const members = new Map(list.map(member => [member.name, member]))
      const suspicions = monitor.onMembers(members)
      onSnapshot({ members, suspicions, ...notice, hasLog: lines !== undefined, self })
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    settings.refreshRequests?.removeEventListener('refresh', onRefresh)
    clearInterval(resync)
    changes.stop()
  }
}

/** Opens the agent's log; returns undefined if the agent refuses. */
async function openLog(
  client: SerfClient,
  signal: AbortSignal,
): Promise<AsyncIterable<string> | undefined> {
  try {
    return await client.monitor('DEBUG', { signal })
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return undefined
    throw error
  }
}

/** Returns the name of the agent's own member; undefined if the agent refuses. */
async function ownName(client: SerfClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await client.stats({ signal }))['agent']?.['name']
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return undefined
    throw error
  }
}

async function forEach<T>(records: AsyncIterable<T>, take: (record: T) => void): Promise<void> {
  for await (const record of records) take(record)
  throw new SerfError('closed', 'The Serf agent ended the stream')
}
