import { setTimeout as wait } from 'node:timers/promises'
import { connect, SerfError } from 'node-serf-client'
import { diffMembership, isUnchanged, type MembershipChange } from './diff-membership.js'
import { LatestSlot } from './latest-slot.js'
import type { Membership, MembershipCause } from './membership.js'
import { reconnectDelayMs } from './reconnect-delay.js'
import { watchAgent, type Reading } from './watch-agent.js'
import { watchSettings, type WatchOptions, type WatchSettings } from './watch-settings.js'

/**
 * The membership of a Serf cluster, as whole snapshots; a slow reader gets the
 * newest and never a queue.
 *
 * Serf holds its events back for 1 to 3 seconds, so they are not waited for.
 * The agent's log stream tells within 2 ms *that* something changed, and one
 * `members` call then tells *what*. The event stream rings too, so that an
 * agent whose log reads differently is merely slower; `doorbell` says so. The
 * first snapshot comes at once; later ones only when something differs.
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

const nobody: Membership = {
  members: new Map(),
  suspects: new Set(),
  conflicts: new Map(),
  connected: false,
  changeSource: 'log',
  cause: 'initial',
  at: 0,
  detectedAt: 0,
}

/** Connects, watches until the connection ends, waits, and begins again. */
async function follow(
  settings: WatchSettings,
  slot: LatestSlot<Membership>,
  signal: AbortSignal,
): Promise<void> {
  let latest: Membership | undefined
  let attempt = 0
  const found = (reading: Reading) => {
    const before = latest
    latest = snapshot(before ?? nobody, reading)
    attempt = 0
    const isNews = !before?.connected || !isUnchanged(diffMembership(before, latest))
    if (isNews || before?.changeSource !== latest.changeSource) slot.put(latest)
  }
  while (!signal.aborted) {
    const cause = (): MembershipCause => (latest ? 'reconnect' : 'initial')
    try {
      await using client = await connect({ ...settings.agent, signal })
      await watchAgent(client, settings, cause(), found, signal)
    } catch (error) {
      if (signal.aborted) break
      const isNews = latest?.connected ?? true
      const away = {
        connected: false,
        error: asSerfError(error),
        cause: cause(),
        at: Date.now(),
        detectedAt: performance.now(),
      }
      latest = { ...(latest ?? nobody), ...away }
      if (isNews) slot.put(latest)
      await pause(reconnectDelayMs(attempt++, Math.random()), settings.refreshRequests, signal)
    }
  }
  slot.end()
}

/** Waits, or less long where somebody rings or the signal aborts. */
async function pause(ms: number, refreshRequests: EventTarget | undefined, signal: AbortSignal) {
  const rung = new AbortController()
  const onRing = () => rung.abort()
  refreshRequests?.addEventListener('refresh', onRing)
  const either = AbortSignal.any([signal, rung.signal])
  await wait(ms, undefined, { signal: either }).catch(() => {})
  refreshRequests?.removeEventListener('refresh', onRing)
}

function snapshot(before: Membership, reading: Reading): Membership {
  const { members, doubts, cause, detectedAt, hasLog } = reading
  const { conflicts } = doubts
  const suspects = new Set(doubts.suspectedAt.keys())
  const known = { members, suspects, conflicts }
  const isTold = before.connected && wasTold(diffMembership(before, known))
  const changeSource =
    !hasLog || (isTold && cause === 'event')
      ? 'events'
      : isTold && cause === 'log'
        ? 'log'
        : before.changeSource
  return { ...known, connected: true, changeSource, cause, at: Date.now(), detectedAt }
}

/** Whether something changed of which both the log and the stream tell. */
function wasTold({ joined, left, failed, updated }: MembershipChange): boolean {
  return [joined, left, failed, updated].some(members => members.length > 0)
}

function asSerfError(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  return new SerfError('protocol', `Watching the Serf agent failed: ${String(error)}`, {
    cause: error,
  })
}
