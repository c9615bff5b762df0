import type { Member, SerfClient } from 'node-serf-client'
import { changedKeys } from 'versioned-map'
import type { ChangeSignal } from '../change-signal.js'
import { readLogLine, type LogFact } from './log-fact.js'
import type { Membership } from '../membership.js'
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

/** Suspects and conflicts that are open. */
export type Findings = Pick<Membership, 'suspects' | 'conflicts'>

/** Reads the agent's log, reports the members that it names, and keeps suspicions and conflicts. */
export class LogMonitor {
  readonly #client: Pick<SerfClient, 'query' | 'localAddress'>
  readonly #changes: Pick<ChangeSignal, 'notify' | 'doubt' | 'isAskedFor'>
  readonly #signal: AbortSignal
  readonly #startedAt = performance.now()
  /** The agent first sends the lines in its buffer, which are old. */
  #isReplay = true
  #suspicions: Suspicions = noSuspicions()
  /** Suspicions of which {@link #suspects} has the names; the set is made anew only for other names. */
  #suspectedAt = this.#suspicions.suspectedAt
  #suspects: ReadonlySet<string> = new Set()
  /** Names of the suspicions and conflicts since the last read. */
  readonly #newFindings = new Set<string>()
  /** Members that are pinged now. */
  readonly #pinged = new Set<string>()
  /** Members of the last read. */
  #members: ReadonlyMap<string, Member> = new Map()

  constructor(
    client: Pick<SerfClient, 'query' | 'localAddress'>,
    changes: Pick<ChangeSignal, 'notify' | 'doubt' | 'isAskedFor'>,
    signal: AbortSignal,
  ) {
    this.#client = client
    this.#changes = changes
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

  /**
   * Takes the members after a read and returns what is still open.
   *
   * @param names - members that were asked for; undefined for all
   */
  onMembers(members: ReadonlyMap<string, Member>, names?: Iterable<string>): Findings {
    this.#members = members
    const { suspectedAt, conflicts } = this.#suspicions
    // The member of a finding since the last read may be unknown or not alive.
    const read = names
      ? new Set([...names, ...this.#newFindings])
      : [...suspectedAt.keys(), ...conflicts.keys()]
    this.#newFindings.clear()
    const open = pruneSuspicions(this.#suspicions, members, read, performance.now())
    this.#suspicions = open
    const isOther = (name: string) => this.#suspects.has(name) !== open.suspectedAt.has(name)
    if ([...changedKeys(this.#suspectedAt, open.suspectedAt)].some(isOther))
      this.#suspects = new Set(open.suspectedAt.keys())
    this.#suspectedAt = open.suspectedAt
    return { suspects: this.#suspects, conflicts: open.conflicts }
  }

  async #apply(fact: LogFact): Promise<void> {
    if (fact.kind === 'accepted') {
      // The line of this connection: all later lines are new.
      if (fact.address === this.#client.localAddress) this.#isReplay = false
    } else if (fact.kind === 'suspect') await this.#suspect(fact.name, performance.now())
    else if (fact.kind === 'conflict') this.#onConflict(fact)
    // The first read follows the old lines. If it does not, all members may have changed.
    else if (this.#isReplay || fact.kind === 'doubt') this.#changes.doubt('log')
    else if (fact.kind === 'leave') this.#onLeave(fact.name)
    else this.#changes.notify('log', fact.name, fact.kind === 'reap')
  }

  #onConflict(conflict: Extract<LogFact, { kind: 'conflict' }>): void {
    if (this.#isReplay) return
    this.#record(
      recordConflict(this.#suspicions, conflict.name, conflict, performance.now()),
      conflict.name,
    )
    this.#changes.notify('log', conflict.name)
  }

  /**
   * The line repeats while the leave spreads, and can name any text: only the first
   * one of a member is a change. After the line for a reap it also names a member
   * that is gone.
   */
  #onLeave(name: string): void {
    if (this.#members.get(name)?.status === 'alive' || this.#changes.isAskedFor(name))
      this.#changes.notify('log', name, true)
  }

  async #suspect(name: string, now: number): Promise<void> {
    const isReplay = this.#isReplay
    if (!isReplay) {
      const isKnown = this.#isSuspect(name)
      this.#record(recordSuspicion(this.#suspicions, name, now), name)
      if (!isKnown) this.#changes.notify('log', name)
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
      this.#record(recordSuspicion(this.#suspicions, name, now), name)
      this.#changes.notify('log', name)
    }
    const isSuspect = () => this.#isSuspect(name)
    const isAnswered =
      isRefuted || (await pingUntilAnswered(this.#client, name, isSuspect, this.#signal))
    if (!isAnswered) return
    if (!isSuspect()) return
    this.#suspicions = recordRefutation(this.#suspicions, name)
    this.#changes.notify('log', name)
  }

  #record(suspicions: Suspicions, name: string): void {
    if (suspicions !== this.#suspicions) this.#newFindings.add(name)
    this.#suspicions = suspicions
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
