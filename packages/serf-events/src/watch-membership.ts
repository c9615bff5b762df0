import { setTimeout as wait } from 'node:timers/promises'
import { connect, SerfError, type Member } from 'node-serf-client'
import { VersionedMap } from 'versioned-map'
import { diffMembership, isUnchanged, type MembershipChange } from './diff-membership.js'
import { LatestSlot } from './latest-slot.js'
import type { Membership, MembershipCause } from './membership.js'
import type { Members } from './reads/merge-members.js'
import { reconnectDelayMs } from './reconnect-delay.js'
import { watchAgent, type AgentSnapshot } from './watch-agent.js'
import { watchSettings, type WatchOptions, type WatchSettings } from './watch-settings.js'

/**
 * Watches the membership of a Serf cluster and yields whole snapshots. A slow
 * reader gets the newest one; older ones are not queued.
 *
 * Serf delays its events by 1 to 3 seconds, so the watcher does not wait for
 * them. A line of the agent's log shows within 2 ms *which* member changed, and
 * one call then returns *the current facts* of this member. Events also cause a
 * read, so an agent with other log lines is only slower; `changeSource` shows
 * this. All members are read on connect, on request, on doubt and regularly.
 * The first snapshot comes at once; later ones only after a change.
 *
 * It does not throw if the agent is unreachable: it yields the last known
 * members in a snapshot with `connected: false`, and retries until the loop is
 * left or `signal` aborts.
 *
 * @example
 * ```ts
 * import { startFakeAgent } from 'node-serf-client/fake-agent'
 * import { watchMembership } from 'serf-events'
 *
 * const agent = await startFakeAgent({ name: 's1' })
 * const names: string[] = []
 * for await (const { members, connected } of watchMembership({ port: agent.port })) {
 *   names.push(...members.keys())
 *   if (connected) break
 * }
 * names // => ['s1']
 * await agent.close()
 * ```
 */
export async function* watchMembership(
  options: WatchOptions = {},
): AsyncGenerator<Membership, void> {
  const { signal } = options
  const stop = new AbortController()
  const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const slot = new LatestSlot<Membership>()
  const following = follow(watchSettings(options), slot, ended)
  try {
    yield* slot
  } finally {
    stop.abort()
    await following
  }
}

/** Membership whose members are versions of one map. */
interface VersionedMembership extends Membership {
  readonly members: Members
}

const emptyMembership: VersionedMembership = {
  members: VersionedMap.of<string, Member>([]),
  suspects: new Set(),
  conflicts: new Map(),
  connected: false,
  changeSource: 'log',
  cause: 'initial',
  at: 0,
  detectedAt: 0,
}

/** Connects, watches until the connection ends, waits, and connects again. */
async function follow(
  settings: WatchSettings,
  slot: LatestSlot<Membership>,
  signal: AbortSignal,
): Promise<void> {
  let latest: VersionedMembership | undefined
  let attempt = 0
  const onSnapshot = (read: AgentSnapshot) => {
    const before = latest
    latest = toMembership(before ?? emptyMembership, read)
    if (!before || isNews(before, latest)) slot.put(latest)
  }
  while (!signal.aborted) {
    let connectedAt = Infinity
    const cause = (): MembershipCause => (latest ? 'reconnect' : 'initial')
    try {
      await using client = await connect({ ...settings.agent, signal })
      connectedAt = performance.now()
      const { members: known } = latest ?? emptyMembership
      await watchAgent(client, { settings, firstCause: cause(), known, onSnapshot }, signal)
    } catch (error) {
      if (signal.aborted) break
      const isChange = latest?.connected ?? true
      const disconnected = {
        connected: false,
        error: asSerfError(error),
        cause: cause(),
        at: Date.now(),
        detectedAt: performance.now(),
      }
      const { readAt: _, ...last } = latest ?? emptyMembership
      latest = { ...last, ...disconnected }
      if (isChange) slot.put(latest)
      // A connection that did not outlast its delay is another failed attempt.
      if (performance.now() - connectedAt > reconnectDelayMs(attempt, 1)) attempt = 0
      await pause(reconnectDelayMs(attempt++, Math.random()), settings.refreshRequests, signal)
    }
  }
  slot.end()
}

/**
 * Returns true if a reader has to get the snapshot. A member that had left and is
 * removed is no change of the membership, but the snapshot is without it.
 */
function isNews(before: VersionedMembership, latest: VersionedMembership): boolean {
  return (
    !before.connected ||
    before.members !== latest.members ||
    before.changeSource !== latest.changeSource ||
    !isUnchanged(diffMembership(before, latest))
  )
}

/** Waits for `ms`, or until a refresh is requested or the signal aborts. */
async function pause(ms: number, refreshRequests: EventTarget | undefined, signal: AbortSignal) {
  const refresh = new AbortController()
  const onRefresh = () => refresh.abort()
  refreshRequests?.addEventListener('refresh', onRefresh)
  const either = AbortSignal.any([signal, refresh.signal])
  await wait(ms, undefined, { signal: either }).catch(() => {})
  refreshRequests?.removeEventListener('refresh', onRefresh)
}

function toMembership(before: Membership, read: AgentSnapshot): VersionedMembership {
  const { members, suspects, conflicts, cause, detectedAt, readAt, hasLog, self } = read
  const known = { members, suspects, conflicts }
  const isReported = before.connected && hasReportedChange(diffMembership(before, known))
  const changeSource =
    !hasLog || (isReported && cause === 'event')
      ? 'events'
      : isReported && cause === 'log'
        ? 'log'
        : before.changeSource
  return {
    ...known,
    ...(self !== undefined && { self }),
    connected: true,
    changeSource,
    cause,
    at: Date.now(),
    detectedAt,
    readAt,
  }
}

/** Returns true for a change that both the log and the event stream report. */
function hasReportedChange({ joined, left, failed, updated }: MembershipChange): boolean {
  return [joined, left, failed, updated].some(members => members.length > 0)
}

function asSerfError(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  return new SerfError('protocol', `Cannot watch the Serf agent: ${String(error)}`, {
    cause: error,
  })
}
