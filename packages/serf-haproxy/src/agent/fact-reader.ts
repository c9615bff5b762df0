import type { RunningServer } from 'haproxy-runtime'
import type { Membership } from 'serf-events'
import type { Clock } from '../clock.js'
import { holdUnknownServers } from '../decision/adopt-running.js'
import { membersInQuestion } from '../decision/members-in-question.js'
import type { Facts } from '../decision/evaluate-member.js'
import { allRunningServers, byName, poolNames, runningServers } from '../haproxy/running-servers.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { serversInQuestion } from '../haproxy/servers-in-question.js'
import type { RoundMemory } from '../rendering/round-memory.js'
import { isBootstrapDue } from '../haproxy/bootstrap-file.js'
import type { Pipeline } from './pipeline.js'

/** Facts of one round. */
export interface RoundFacts {
  readonly facts: Facts
  /** Running servers to adopt before the decision; undefined after they were adopted. */
  readonly adopted: readonly RunningServer[] | undefined
  /** The servers of all backends together with `adopted`: HAProxy may have pools of an older configuration. */
  readonly running?: readonly RunningServer[] | undefined
}

/** Dependencies of a fact reader. */
export interface FactReaderDeps {
  readonly clock: Clock
  readonly journal: AgentJournal
  /** False for an agent without a memory, which holds the removal of many unknown servers. */
  readonly trustsMembers: boolean
}

/** Reads the facts of each round: members from Serf, and servers from HAProxy where they matter. */
export class FactReader {
  readonly #clock: Clock
  readonly #journal: AgentJournal
  readonly #startedAt: number
  #trustsMembers: boolean
  #hasAdopted = false

  constructor({ clock, journal, trustsMembers }: FactReaderDeps) {
    this.#clock = clock
    this.#journal = journal
    this.#startedAt = clock.now()
    this.#trustsMembers = trustsMembers
  }

  /** Lets unknown running servers be removed from now on. */
  trustMembers(): void {
    this.#trustsMembers = true
  }

  /**
   * Reads the facts; undefined while they allow no decision.
   *
   * @param before - the last decision, so that only members that may differ from it are looked at
   */
  async read(
    pipeline: Pipeline,
    { members: memory, decision: before }: Pick<RoundMemory, 'members' | 'decision'>,
    signal: AbortSignal,
  ): Promise<RoundFacts | undefined> {
    const wallTime = this.#clock.wallTime()
    const { membership, wasConnected, drained } = this.#journal.record
    if (!membership) return undefined
    if (!wasConnected) return this.#bootstrapFacts(pipeline, membership, wallTime)
    const unasked = { membership, wallTime, drained }
    const now = this.#clock.now()
    const asked = membersInQuestion(memory, unasked, pipeline.rules, { now, before })
    if (this.#hasAdopted && asked.length === 0)
      return { facts: { ...unasked, servers: undefined }, adopted: undefined }
    if (this.#hasAdopted) {
      const servers = await serversInQuestion(pipeline, memory, asked, signal)
      return { facts: { ...unasked, servers }, adopted: undefined }
    }
    const servers = await runningServers(pipeline, poolNames(pipeline, memory), signal)
    const adopted = servers
    if (adopted && this.#isHeld(pipeline, membership, adopted)) return undefined
    const running = adopted && ((await allRunningServers(pipeline, signal)) ?? adopted)
    this.#hasAdopted = true
    const facts = { ...unasked, servers: servers && byName(servers) }
    return { facts, adopted, running }
  }

  /** A Serf agent that never answered gives no facts, but HAProxy needs a file to start with. */
  #bootstrapFacts(
    { configuration }: Pipeline,
    membership: Membership,
    wallTime: number,
  ): RoundFacts | undefined {
    const waitedMs = this.#clock.now() - this.#startedAt
    if (!isBootstrapDue(configuration, waitedMs)) return undefined
    const facts = { membership: { ...membership, connected: false }, servers: undefined, wallTime }
    return { facts, adopted: undefined }
  }

  /** Holds the round where too many running servers are unknown to a Serf agent that is not trusted. */
  #isHeld(
    { rules, isStatic }: Pipeline,
    { members }: Membership,
    servers: readonly RunningServer[],
  ): boolean {
    if (this.#trustsMembers) return false
    const managed = servers.filter(server => !isStatic(server))
    const held = holdUnknownServers(members, managed, rules.guard)
    if (held) this.#journal.dispatch({ kind: 'unknown-servers', held })
    return held !== undefined
  }
}
