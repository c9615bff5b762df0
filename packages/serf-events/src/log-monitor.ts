import type { Member, SerfClient } from 'node-serf-client'
import { readLogLine, type LogFact } from './log-fact.js'
import {
  noSuspicions,
  pruneSuspicions,
  recordConflict,
  recordRefutation,
  recordSuspicion,
  type Suspicions,
} from './suspicions.js'

/** Time that a member has to answer one ping. */
const pingTimeoutMs = 1000

/** Maximum number of pings: together they last as long as the longest suspicion. */
const maxPings = 60

/** Maximum number of members that are pinged at the same time. */
const maxPinged = 1000

/** Upper limit for the replay of old lines at the start of a log stream. */
const maxReplayMs = 1000

/** Reads the agent's log, reports changes, and keeps suspicions and conflicts. */
export class LogMonitor {
  readonly #client: Pick<SerfClient, 'query' | 'localAddress'>
  readonly #onChange: () => void
  readonly #signal: AbortSignal
  readonly #startedAt = performance.now()
  /** The agent first sends the lines in its buffer, which are old. */
  #isReplay = true
  #suspicions: Suspicions = noSuspicions
  /** Members that are pinged now. */
  readonly #pinged = new Set<string>()
  /** Members of the last read. */
  #members: ReadonlyMap<string, Member> = new Map()

  constructor(
    client: Pick<SerfClient, 'query' | 'localAddress'>,
    onChange: () => void,
    signal: AbortSignal,
  ) {
    this.#client = client
    this.#onChange = onChange
    this.#signal = signal
  }

  onLogLine(line: string): void {
    const fact = readLogLine(line)
    if (!fact) return
    if (performance.now() - this.#startedAt > maxReplayMs) this.#isReplay = false
    this.#apply(fact).catch(() => {
      // The agent cannot ping, or the connection has ended: the suspicion expires.
    })
  }

  /** Takes the members of a read and returns the suspicions that are still open. */
  onMembers(members: ReadonlyMap<string, Member>): Suspicions {
    this.#members = members
    this.#suspicions = pruneSuspicions(this.#suspicions, members, performance.now())
    return this.#suspicions
  }

  async #apply(fact: LogFact): Promise<void> {
    const now = performance.now()
    if (fact.kind === 'change') this.#onChange()
    else if (fact.kind === 'leave') {
      // The line repeats while the leave spreads: only the first one is a change.
      if (this.#members.get(fact.name)?.status === 'alive') this.#onChange()
    } else if (fact.kind === 'suspect') await this.#suspect(fact.name, now)
    else if (fact.kind === 'accepted') {
      // The line of this connection: all later lines are new.
      if (fact.address === this.#client.localAddress) this.#isReplay = false
    } else if (!this.#isReplay) {
      this.#suspicions = recordConflict(this.#suspicions, fact.name, fact, now)
      this.#onChange()
    }
  }

  async #suspect(name: string, now: number): Promise<void> {
    const isReplay = this.#isReplay
    if (!isReplay) {
      const isKnown = this.#isSuspect(name)
      this.#suspicions = recordSuspicion(this.#suspicions, name, now)
      if (!isKnown) this.#onChange()
    }
    if (this.#pinged.has(name) || this.#pinged.size >= maxPinged) return
    this.#pinged.add(name)
    try {
      await this.#askSuspect(name, isReplay, now)
    } finally {
      this.#pinged.delete(name)
    }
  }

  async #askSuspect(name: string, isReplay: boolean, now: number): Promise<void> {
    // An old suspicion has probably been refuted: ping before it is reported.
    const isRefuted = isReplay && (await pingMember(this.#client, name, this.#signal))
    if (isReplay && !isRefuted) {
      this.#suspicions = recordSuspicion(this.#suspicions, name, now)
      this.#onChange()
    }
    const isSuspect = () => this.#isSuspect(name)
    const isAnswered =
      isRefuted || (await pingUntilAnswered(this.#client, name, isSuspect, this.#signal))
    if (!isAnswered) return
    if (!isSuspect()) return
    this.#suspicions = recordRefutation(this.#suspicions, name)
    this.#onChange()
  }

  #isSuspect(name: string): boolean {
    return this.#suspicions.suspectedAt.has(name)
  }
}

/**
 * Pings a member until it answers, `isSuspect` returns false, or `signal`
 * aborts. Returns true if the member answered.
 *
 * Serf does not announce that a suspicion was refuted; the suspicion just
 * expires. Therefore the member is asked with Serf's own query `_serf_ping`,
 * which it acknowledges without running a handler.
 */
export async function pingUntilAnswered(
  client: Pick<SerfClient, 'query'>,
  name: string,
  isSuspect: () => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  for (let i = 0; i < maxPings && isSuspect() && !signal.aborted; i++) {
    if (await pingMember(client, name, signal)) return true
  }
  return false
}

/** Pings a member once; returns true if it answers within a second. */
export async function pingMember(
  client: Pick<SerfClient, 'query'>,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { nodes: [name], ack: true, answerMs: pingTimeoutMs, signal }
  for await (const { from } of await client.query('_serf_ping', options)) {
    if (from === name) return true
  }
  return false
}
