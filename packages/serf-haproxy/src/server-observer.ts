import type { Runtime, ServerStatistics } from 'haproxy-runtime'

/** HAProxy's figures of each server, at one moment. */
export interface ServerReading {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly servers: readonly ServerStatistics[]
}

/** When something was seen of a server for the first time, in milliseconds since the epoch. */
export interface FirstSeen {
  /** A health check found it well; without checks, when HAProxy had it. */
  readonly firstHealthy?: number
  readonly firstRequest?: number
}

/** Looks at HAProxy's figures while somebody wants to see them. */
export interface ServerObserver {
  /** Looks every second until the result is disposed of; any number of watchers cost the same. */
  watch(): Disposable
  /** Looks more often for a while, until each of these servers was healthy and had a request. */
  expect(servers: Iterable<{ readonly pool: string; readonly name: string }>): void
  /** The newest figures; undefined where nobody watches, or HAProxy does not answer. */
  latest(): ServerReading | undefined
  /** What was seen first of a server that HAProxy still has. */
  firstSeen(pool: string, name: string): FirstSeen
  /** Stops looking for good. */
  close(): Promise<void>
}

/** What the observer asks and how often. */
export interface ObserverOptions {
  readonly runtime: Pick<Runtime, 'statistics'>
  /** The pools that are looked at. */
  readonly pools: () => readonly string[]
  /** Between two looks for a watcher; 1,000 ms by default. */
  readonly watchMs?: number
  /** Between two looks for servers that are new; 250 ms by default. */
  readonly expectMs?: number
  /** How long new servers are looked for; 60,000 ms by default. */
  readonly patienceMs?: number
}

/** The question costs HAProxy time: at most this share of it is spent on answering. */
const busyShare = 0.05

/** Makes an observer; it asks nothing until somebody watches or servers are expected. */
export function observeServers(options: ObserverOptions): ServerObserver {
  const { runtime, pools, watchMs = 1000, expectMs = 250, patienceMs = 60_000 } = options
  const closing = new AbortController()
  const seen = new Map<string, FirstSeen>()
  const expected = new Map<string, number>()
  let watchers = 0
  let latest: ServerReading | undefined
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let lastLook = { endedAt: 0, tookMs: 0 }

  /** How far two looks are apart; undefined where nobody waits for one. */
  const intervalMs = () => (expected.size > 0 ? expectMs : watchers > 0 ? watchMs : undefined)

  function schedule(): void {
    clearTimeout(timer)
    const interval = intervalMs()
    if (interval === undefined) latest = undefined
    if (interval === undefined || looking || closing.signal.aborted) return
    const apart = Math.max(interval, lastLook.tookMs / busyShare)
    const wait = Math.max(0, lastLook.endedAt + apart - Date.now())
    timer = setTimeout(() => {
      looking = look()
    }, wait)
  }

  async function look(): Promise<void> {
    const startedAt = Date.now()
    try {
      const servers = await runtime.statistics({ pools: pools(), signal: closing.signal })
      latest = { at: Date.now(), servers }
      recordFirst(seen, latest)
    } catch {
      // HAProxy is away, or is being reloaded: the agent's state says so.
      latest = undefined
    }
    const endedAt = Date.now()
    lastLook = { endedAt, tookMs: endedAt - startedAt }
    for (const [id, since] of expected) {
      const { firstHealthy, firstRequest } = seen.get(id) ?? {}
      const isSeen = firstHealthy !== undefined && firstRequest !== undefined
      if (isSeen || endedAt - since >= patienceMs) expected.delete(id)
    }
    looking = undefined
    schedule()
  }

  return {
    watch() {
      watchers++
      schedule()
      let isWatching = true
      return {
        [Symbol.dispose]() {
          if (isWatching) watchers--
          isWatching = false
        },
      }
    },
    expect(servers) {
      const since = Date.now()
      for (const server of servers) {
        expected.set(serverId(server), since)
        // One of that name from before is another server.
        seen.delete(serverId(server))
      }
      schedule()
    },
    latest: () => latest,
    firstSeen: (pool, name) => seen.get(serverId({ pool, name })) ?? {},
    async close() {
      closing.abort()
      clearTimeout(timer)
      await looking
    },
  }
}

/** Adds what a reading shows for the first time, and forgets the servers that are gone. */
export function recordFirst(seen: Map<string, FirstSeen>, { at, servers }: ServerReading): void {
  const present = new Set<string>()
  for (const server of servers) {
    const id = serverId(server)
    present.add(id)
    const { firstHealthy, firstRequest } = seen.get(id) ?? {}
    const healthyAt = firstHealthy ?? (isHealthy(server) ? at : undefined)
    const requestAt = firstRequest ?? (server.totalSessions > 0 ? at : undefined)
    seen.set(id, {
      ...(healthyAt !== undefined && { firstHealthy: healthyAt }),
      ...(requestAt !== undefined && { firstRequest: requestAt }),
    })
  }
  for (const id of seen.keys()) if (!present.has(id)) seen.delete(id)
}

/** HAProxy calls a new server UP before its first check has ended; that is no finding. */
function isHealthy({ status, check }: ServerStatistics): boolean {
  return status === 'no check' || (check !== '' && /^(?:UP|DRAIN|NOLB)\b/.test(status))
}

function serverId({ pool, name }: { readonly pool: string; readonly name: string }): string {
  return `${pool}/${name}`
}
