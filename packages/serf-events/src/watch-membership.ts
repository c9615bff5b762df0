import { setTimeout as wait } from 'node:timers/promises'
import {
  connect,
  SerfError,
  type ConnectOptions,
  type Member,
  type SerfClient,
} from 'node-serf-client'
import { diffMembership, isUnchanged } from './diff-membership.js'
import { Doorbell } from './doorbell.js'
import { isDoorbellLine } from './doorbell-line.js'
import { LatestSlot } from './latest-slot.js'
import type { Membership, MembershipCause } from './membership.js'
import type { ReadTiming } from './read-schedule.js'
import { reconnectDelayMs } from './reconnect-delay.js'

/** Which agent to watch, and how patiently. */
export interface WatchOptions extends ConnectOptions, Partial<ReadTiming> {
  /** `members` is read at least this often, whatever the doorbell says; 10,000 ms by default. */
  readonly resyncMs?: number
}

interface WatchSettings extends ReadTiming {
  readonly agent: ConnectOptions
  readonly resyncMs: number
}

/**
 * The membership of a Serf cluster, as whole snapshots; a slow reader gets the
 * newest and never a queue.
 *
 * Serf holds its events back for 1 to 3 seconds, so they are not waited for.
 * The agent's log stream tells within 2 ms *that* something changed, and one
 * `members` call then tells *what*. The event stream rings too, so that an
 * agent whose log reads differently is merely slower. The first snapshot comes
 * at once; later ones only when something differs.
 *
 * It never throws for an agent that is away: the last known members stay
 * readable in a snapshot with `connected: false`, and it tries again until
 * the loop is left or `signal` aborts.
 *
 * @example
 * ```ts
 * for await (const { members } of watchMembership({ port: 7373 })) {
 *   console.log([...members.keys()])
 * }
 * ```
 */
export async function* watchMembership(
  options: WatchOptions = {},
): AsyncGenerator<Membership, void> {
  const { resyncMs = 10_000, quietMs = 10, maxWaitMs = 50, signal, ...agent } = options
  const stop = new AbortController()
  const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const slot = new LatestSlot<Membership>()
  const following = follow({ agent, resyncMs, quietMs, maxWaitMs }, slot, ended)
  try {
    yield* slot
  } finally {
    stop.abort()
    await following
  }
}

/** Connects, watches until the connection ends, waits, and begins again. */
async function follow(
  settings: WatchSettings,
  slot: LatestSlot<Membership>,
  signal: AbortSignal,
): Promise<void> {
  let latest: Membership | undefined
  let attempt = 0
  const publish = (membership: Membership) => {
    const isNews = !latest?.connected || !isUnchanged(diffMembership(latest, membership))
    latest = membership
    attempt = 0
    if (isNews) slot.put(membership)
  }
  while (!signal.aborted) {
    try {
      await using client = await connect({ ...settings.agent, signal })
      await watchAgent(client, settings, latest ? 'reconnect' : 'initial', publish, signal)
    } catch (error) {
      if (signal.aborted) break
      const isNews = latest?.connected ?? true
      const members = latest?.members ?? new Map<string, Member>()
      const cause = latest ? 'reconnect' : 'initial'
      latest = { members, connected: false, error: asSerfError(error), cause, at: Date.now() }
      if (isNews) slot.put(latest)
      await wait(reconnectDelayMs(attempt++, Math.random()), undefined, { signal }).catch(() => {})
    }
  }
  slot.end()
}

/** Reads `members` after every ring until the connection ends or `signal` aborts. */
async function watchAgent(
  client: SerfClient,
  settings: WatchSettings,
  firstCause: MembershipCause,
  publish: (membership: Membership) => void,
  signal: AbortSignal,
): Promise<void> {
  const bell = new Doorbell(settings)
  const read = async (cause: MembershipCause) => {
    bell.answered()
    const members = await client.members(undefined, { signal })
    const byName = new Map(members.map(member => [member.name, member]))
    publish({ members: byName, connected: true, cause, at: Date.now() })
  }
  // Subscribed before the first read: what changes in between rings.
  const lines = await client.monitor('INFO', { signal })
  const events = await client.stream(
    ['member-join', 'member-leave', 'member-failed', 'member-update', 'member-reap'],
    { signal },
  )
  ringOn(lines, bell, 'doorbell', isDoorbellLine).catch(bell.fail)
  ringOn(events, bell, 'stream', () => true).catch(bell.fail)
  const resync = setInterval(() => bell.ring('resync'), settings.resyncMs)
  const onAbort = () => client.close()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await read(firstCause)
    for (;;) await read(await bell.due())
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearInterval(resync)
    bell.silence()
  }
}

async function ringOn<T>(
  records: AsyncIterable<T>,
  bell: Doorbell,
  cause: MembershipCause,
  isRing: (record: T) => boolean,
): Promise<void> {
  for await (const record of records) if (isRing(record)) bell.ring(cause)
  throw new SerfError('closed', 'The Serf agent ended the stream')
}

function asSerfError(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  return new SerfError('protocol', `Watching the Serf agent failed: ${String(error)}`, {
    cause: error,
  })
}
