import type { ServerName } from '../haproxy/observe-haproxy.js'
import type { AgentRecord } from '../reporting/agent-record.js'
import { TimesOfMembers } from '../reporting/member-times.js'

/** Time during which a server counts as new. */
const newForMs = 10_000

/**
 * The servers that HAProxy has had for a short time, and that were not seen
 * healthy, or had no request. They are found in the time of what changed.
 */
export class NewServers {
  #times = new TimesOfMembers()
  /** Time at which HAProxy got each of them. */
  readonly #appliedAt = new Map<string, number>()
  /** Those whose first check has not passed yet. */
  readonly #unchecked = new Set<string>()

  /** Returns the new servers at the time `at`, in milliseconds since the epoch. */
  of({ times, memberStates }: AgentRecord, at: number): readonly ServerName[] {
    this.#follow(times)
    const servers: ServerName[] = []
    for (const [name, appliedAt] of this.#appliedAt) {
      const state = memberStates.get(name)
      if (state?.standing !== 'serving' || appliedAt <= at - newForMs) this.#forget(name)
      else for (const pool of state.pools) servers.push({ pool, name })
    }
    return servers
  }

  /** Returns the time for which HAProxy has had the newest of them; infinity if there is none. */
  newestAgeMs(at: number): number {
    return at - Math.max(...this.#appliedAt.values())
  }

  /** True while the first check of one of them has not passed. */
  get isCheckAwaited(): boolean {
    return this.#unchecked.size > 0
  }

  #follow(times: TimesOfMembers): void {
    for (const name of times.changedSince(this.#times)) {
      const { applied, firstHealthy, firstRequest } = times.of(name)
      const isSeen = firstHealthy !== undefined && firstRequest !== undefined
      if (applied === undefined || isSeen) {
        this.#forget(name)
        continue
      }
      this.#appliedAt.set(name, applied)
      if (firstHealthy === undefined) this.#unchecked.add(name)
      else this.#unchecked.delete(name)
    }
    this.#times = times
  }

  #forget(name: string): void {
    this.#appliedAt.delete(name)
    this.#unchecked.delete(name)
  }
}
