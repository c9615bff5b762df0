import { SerfError, type SerfClient, type SerfStream } from 'node-serf-client'
import { checkAgent, ownName } from './agent-check.js'
import { ChangeSignal, type ChangeNotice } from './change-signal.js'
import { LogMonitor, type Findings } from './log/log-monitor.js'
import { notifyOfEvent, type MemberEvent } from './member-event.js'
import type { MembershipCause } from './membership.js'
import type { Members } from './reads/merge-members.js'
import { canReadNames, readMembers } from './reads/read-members.js'
import { resyncIntervalMs } from './read-schedule.js'
import type { WatchSettings } from './watch-settings.js'

/** Members and findings after one read. */
export interface AgentSnapshot extends ChangeNotice, Findings {
  readonly members: Members
  /** Time when the read began; milliseconds of `performance.now()`. */
  readonly readAt: number
  /** True if the agent provides its log. */
  readonly hasLog: boolean
  /** Name of the agent's own member; undefined if the agent refuses to tell it. */
  readonly self: string | undefined
}

/** State at the start of a watch, and the receiver of its snapshots. */
export interface AgentWatch {
  readonly settings: WatchSettings
  readonly firstCause: MembershipCause
  /** Members of the connection before this one. */
  readonly known: Members
  onSnapshot(snapshot: AgentSnapshot): void
}

/** Reads the members that changed, or all, until the connection ends or `signal` aborts. */
export async function watchAgent(
  client: SerfClient,
  watch: AgentWatch,
  signal: AbortSignal,
): Promise<void> {
  const { settings, firstCause } = watch
  const changes = new ChangeSignal(settings, canReadNames(settings.filter))
  const onAbort = () => client.close()
  const stop = new AbortController()
  const onRefresh = () => changes.notifyAll('refresh')
  signal.addEventListener('abort', onAbort, { once: true })
  settings.refreshRequests?.addEventListener('refresh', onRefresh)
  try {
    changes.notifyAll(firstCause)
    await followChanges(client, watch, changes, AbortSignal.any([signal, stop.signal]))
  } finally {
    stop.abort()
    signal.removeEventListener('abort', onAbort)
    settings.refreshRequests?.removeEventListener('refresh', onRefresh)
    changes.stop()
  }
}

async function followChanges(
  client: SerfClient,
  { settings, known, onSnapshot }: AgentWatch,
  changes: ChangeSignal,
  signal: AbortSignal,
): Promise<never> {
  const monitor = new LogMonitor(client, changes, signal)
  let members = known
  // Subscribed before the first read: a change in between causes another read.
  const lines = await openLog(client, signal)
  const events = await openEvents(client, signal)
  const isLost = (cause: MembershipCause) => () => changes.doubt(cause)
  if (lines) forEach(lines, line => monitor.onLogLine(line), isLost('log')).catch(changes.fail)
  const onEvent = (event: MemberEvent) => notifyOfEvent(event, members, changes)
  forEach(events, onEvent, isLost('event')).catch(changes.fail)
  const self = await ownName(client, signal)
  const { resyncMs } = settings
  // With many members a whole read is too rare to find an agent that hangs.
  const isRarelyRead = () => resyncIntervalMs(members.size, resyncMs) > resyncMs
  checkAgent(client, resyncMs, isRarelyRead, signal).catch(changes.fail)
  for (;;) {
    const { names, ...notice } = await changes.due()
    const readAt = performance.now()
    const read = await readMembers(client, settings.filter, members, names, signal)
    members = read.members
    changes.readEnded(members.size)
    if (read.isDoubtful) changes.doubt(notice.cause)
    if (!names) changes.resyncAfter(resyncIntervalMs(members.size, resyncMs))
    const findings = monitor.onMembers(members, names?.keys())
    onSnapshot({ members, readAt, ...findings, ...notice, hasLog: lines !== undefined, self })
  }
}

function openEvents(client: SerfClient, signal: AbortSignal): Promise<SerfStream<MemberEvent>> {
  const types = [
    'member-join',
    'member-leave',
    'member-failed',
    'member-update',
    'member-reap',
  ] as const
  return client.stream(types, { signal })
}

/** Opens the agent's log; returns undefined if the agent refuses. */
async function openLog(
  client: SerfClient,
  signal: AbortSignal,
): Promise<SerfStream<string> | undefined> {
  try {
    return await client.monitor('DEBUG', { signal })
  } catch (error) {
    if (error instanceof SerfError && error.code === 'refused') return undefined
    throw error
  }
}

/** Passes each record; `onLost` is called after records that were dropped. */
async function forEach<T>(
  records: SerfStream<T>,
  take: (record: T) => void,
  onLost: () => void,
): Promise<void> {
  let missed = 0
  for await (const record of records) {
    take(record)
    if (records.missed > missed) onLost()
    missed = records.missed
  }
  throw new SerfError('closed', 'The Serf agent ended the stream')
}
