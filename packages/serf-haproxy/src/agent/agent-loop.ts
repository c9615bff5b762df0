import type { Outcome } from 'haproxy-reloader'
import type { Membership } from 'serf-events'
import { adoptRunning, holdUnknownServers } from '../decision/adopt-running.js'
import type { AgentRecord } from '../reporting/agent-record.js'
import type { Clock } from '../clock.js'
import { decide, needsServerHealth, type Decision } from '../decision/decide.js'
import { isBootstrapDue, lacksFile } from './bootstrap-file.js'
import { byName, poolNames, runningServers } from '../haproxy/running-servers.js'
import type { Facts } from '../decision/evaluate-member.js'
import { incumbents, noMemory, withPools, type Memory } from '../decision/member-memory.js'
import { mergePending, reaction, type PendingChange } from './pending-change.js'
import type { Rendering } from '../rendering/renderer.js'
import type { Pipeline } from './pipeline.js'
import type { RecordedRound } from '../recording/recording.js'
import { causeOf, noChange } from '../reporting/round-events.js'
import { memberStates } from '../reporting/member-states.js'
import type { StateFolder } from './state-folder.js'
import type { WakeUp } from '../wake-up.js'

/** What the loop works with. */
export interface LoopParts {
  readonly clock: Clock
  readonly record: AgentRecord
  readonly folder: StateFolder
  /** What the agent before remembered; undefined where there was none. */
  readonly memory: Memory | undefined
  /** Told of each round that was applied. */
  readonly onRound: (round: RecordedRound) => void
}

/** A decision that time alone does not change, and what it was made of. */
interface Settled {
  readonly pipeline: Pipeline
  readonly membership: Facts['membership']
  readonly memory: Memory
  readonly rendering: Rendering
}

/** While somebody is in doubt, or leaves, health is looked at this often. */
const witnessIntervalMs = 500

/** The loop itself: members, a decision, a text, HAProxy; again and again. */
export class AgentLoop {
  readonly #parts: LoopParts
  readonly #startedAt: number
  memory: Memory
  /** Nothing was ever decided, by this agent or one before. */
  #isBlank: boolean
  #isAdopted = false
  #wasConnected = false
  #areStrangersAccepted = false
  #news: PendingChange | undefined
  /** What HAProxy is to run until somebody tells something. */
  #settled: Settled | undefined
  /** The members of the newest decision. */
  admitted: Decision['admitted'] = []

  constructor(parts: LoopParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
    this.memory = parts.memory ?? noMemory
    this.#isBlank = parts.memory === undefined
  }

  /** Goes round until the signal aborts: at each wake-up, and at the interval of its configuration. */
  async follow(pipeline: Pipeline, wakeUp: WakeUp, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isUnsettled = await this.#round(pipeline, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#parts.record.failed(error)
        return false
      })
      const { reconcileMs } = pipeline.configuration
      const soonMs = Math.min(witnessIntervalMs, reconcileMs)
      await wakeUp.sleep(isUnsettled ? soonMs : reconcileMs, signal)
    }
  }

  /** Members → decision → text → HAProxy; once. Whether another look soon may change it. */
  async #round(pipeline: Pipeline, signal: AbortSignal): Promise<boolean> {
    const { record, clock, folder } = this.#parts
    const facts = await this.#gather(pipeline, signal)
    if (!facts) return lacksFile(pipeline.configuration)
    const settled = this.#settledStill(pipeline, facts)
    if (settled) return this.#compare(settled, signal)
    const news = this.#news
    this.#news = undefined
    const memory = this.memory
    const now = clock.now()
    const decision = decide(memory, facts, pipeline.rules, now)
    const rendering = pipeline.render(decision.admitted, incumbents(memory))
    this.admitted = decision.admitted
    record.count('rounds')
    if (record.frozen) {
      record.decided(decision, rendering)
      return decision.mayChangeSoon
    }
    this.memory = withPools(decision.memory, rendering.rendered.pools)
    const places = memberStates(decision, rendering)
    const cause = news?.texts.join('; ') || causeOf(record.memberStates, places)
    const startedAt = clock.now()
    const isWanted = () => record.frozen === undefined
    const applied = await pipeline.apply(rendering, { cause, isWanted, signal })
    record.decided(decision, applied.rendering)
    record.applied({ ...applied, cause, ...reaction(news, applied.outcome, startedAt) })
    record.drifted(pipeline.reloader.drift())
    this.#parts.onRound({ memory, facts, now, rendering: applied.rendering })
    this.#isBlank = false
    folder.save({ memory: this.memory, frozen: record.frozen })
    const { rendering: made } = applied
    this.#settled =
      isReached(applied.outcome) && !decision.mayChangeSoon
        ? { pipeline, membership: facts.membership, memory: this.memory, rendering: made }
        : undefined
    return decision.mayChangeSoon
  }

  /** The last decision, where all that it was made of is as it was. */
  #settledStill(pipeline: Pipeline, { membership, servers }: Facts): Settled | undefined {
    const last = this.#settled
    if (!last || this.#news || servers || this.#parts.record.frozen) return undefined
    const isSame = last.pipeline === pipeline && last.membership === membership
    return isSame && last.memory === this.memory ? last : undefined
  }

  /** Has what was decided compared with what HAProxy runs: there is nothing else to do in most rounds. */
  async #compare({ pipeline, rendering }: Settled, signal: AbortSignal): Promise<boolean> {
    const { record } = this.#parts
    const isWanted = () => record.frozen === undefined
    const applied = await pipeline.apply(rendering, { cause: noChange, isWanted, signal })
    // What HAProxy refuses now, or takes only in part, is for the next round to decide on.
    if (!isReached(applied.outcome) || applied.rendering !== rendering) this.#settled = undefined
    record.count('rounds')
    record.applied({ ...applied, cause: noChange, ...reaction(undefined, applied.outcome, NaN) })
    record.drifted(pipeline.reloader.drift())
    return false
  }

  /** A new snapshot of the membership. */
  onMembership(membership: Membership): void {
    const texts = this.#parts.record.recordMembership(membership).map(({ text }) => text)
    this.#wasConnected ||= membership.connected
    this.#news = mergePending(this.#news, membership, texts)
  }

  /** Somebody did something by hand, which the next round is made for. */
  requestRound(text: string): void {
    this.#news = { detectedAt: NaN, kind: 'hand', texts: [text, ...(this.#news?.texts ?? [])] }
  }

  /** Removals that were held are carried out in the next round. */
  accept(memory: Memory): void {
    this.memory = memory
    this.#areStrangersAccepted = true
    this.requestRound('removals were accepted by hand')
  }

  /** What is known now; undefined where nothing may be concluded from it. */
  async #gather(pipeline: Pipeline, signal: AbortSignal): Promise<Facts | undefined> {
    const { record, clock } = this.#parts
    const wallTime = clock.wallTime()
    const { membership } = record
    if (!membership || !this.#wasConnected) {
      // Who was never reached says nothing. HAProxy needs a file to start with, though.
      const waitedMs = clock.now() - this.#startedAt
      if (!membership || !isBootstrapDue(pipeline.configuration, waitedMs)) return undefined
      return { membership: { ...membership, connected: false }, servers: undefined, wallTime }
    }
    if (this.#isAdopted && !needsServerHealth(this.memory, membership))
      return { membership, servers: undefined, wallTime }
    const servers = await runningServers(pipeline, poolNames(pipeline, this.memory), signal)
    if (!this.#isAdopted && servers && !this.#adopt(pipeline, membership, servers)) return undefined
    this.#isAdopted = true
    return { membership, servers: servers && byName(servers), wallTime }
  }

  /** Takes over what runs. False where that cannot be told from a registry that looks empty. */
  #adopt(
    { rules }: Pipeline,
    { members }: Membership,
    servers: NonNullable<Awaited<ReturnType<typeof runningServers>>>,
  ): boolean {
    const isTrusted = !this.#isBlank || this.#areStrangersAccepted
    const held = isTrusted ? undefined : holdUnknownServers(members, servers, rules.guard)
    if (held) {
      const { record, clock } = this.#parts
      record.holdUnknownServers({ since: clock.wallTime(), ...held })
      return false
    }
    this.memory = adoptRunning(this.memory, members, servers)
    return true
  }
}

/** HAProxy runs it. */
function isReached({ kind }: Outcome): boolean {
  return kind === 'applied' || kind === 'unchanged'
}
