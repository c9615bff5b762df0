/** How long each departing server, by `pool/name`, has been draining. */
export interface DrainClock {
  /** The servers that have drained for longer than they may. */
  overdue(now: number): ReadonlySet<string>
  /** Starts the clock of those that are new, and forgets those that are gone. */
  update(draining: readonly string[], now: number): void
}

/** A clock that lets each server drain for `deadlineMs`; `now` is milliseconds of any one clock. */
export function drainClock(deadlineMs: number): DrainClock {
  let since: ReadonlyMap<string, number> = new Map()
  return {
    overdue: now =>
      new Set(
        [...since].filter(([, start]) => now - start >= deadlineMs).map(([server]) => server),
      ),
    update(draining, now) {
      since = new Map(draining.map(server => [server, since.get(server) ?? now]))
    },
  }
}
