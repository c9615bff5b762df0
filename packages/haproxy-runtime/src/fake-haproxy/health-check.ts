/** The part of a server that its health check changes. */
export interface CheckedServer {
  /** Result of its checks so far; a new server is up. */
  health: 'up' | 'down'
  /** Administrative state, as commands set it. */
  admin: 'ready' | 'drain' | 'maint'
  /** True while its health check is on. */
  checked: boolean
  /** True if a check has passed. */
  hasPassed: boolean
  /** Interval of its checks, in milliseconds. */
  readonly checkMs: number
  /** Time of the next check that can pass, in milliseconds of `performance.now()`. */
  nextCheckAt: number
  /** Time at which its health changed, in milliseconds of `performance.now()`. */
  changedAt: number
}

/** HAProxy's default for `inter`. */
const defaultIntervalMs = 2000

const unitMs: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, m: 60_000 }

/** Returns the interval of a server's checks in milliseconds, of `inter` with its unit. */
export function checkIntervalMs(inter: string | undefined): number {
  const [, count, unit = ''] = /^(\d+)(ms|s|m)?$/.exec(inter ?? '') ?? []
  return count === undefined ? defaultIntervalMs : Number(count) * (unitMs[unit] ?? 1)
}

/** Marks a server as down or up. */
export function setHealth(server: CheckedServer, health: 'up' | 'down', now: number): void {
  if (server.health !== health) server.changedAt = now
  server.health = health
  server.nextCheckAt = now + server.checkMs
}

/**
 * Lets the health checks that are due pass: each server of the fake is healthy,
 * so one that is new, or was marked as down, has passed its check after an
 * interval, unless the check is off or the server is in maintenance.
 */
export function runChecks(servers: Iterable<CheckedServer>, now: number): void {
  for (const server of servers) {
    if (!server.checked || server.admin === 'maint' || now < server.nextCheckAt) continue
    if (server.health !== 'up') server.changedAt = now
    server.health = 'up'
    server.hasPassed = true
  }
}
