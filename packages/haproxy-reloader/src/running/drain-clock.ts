/** Drain times of departing servers, by `pool/name`. */
export interface DrainClock {
  /** Returns the servers that have reached their deadline. */
  overdue(now: number): ReadonlySet<string>
  /** Starts the clock of new servers, and drops servers that are not draining any more. */
  update(draining: readonly string[], now: number): void
}

/** Creates a clock with a deadline for each server; `now` is milliseconds of any one clock. */
export function createDrainClock(deadlineMs: number): DrainClock {
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
