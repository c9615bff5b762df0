import type { PoolMember } from 'haproxy-config-render'
import type { Membership } from 'serf-events'
import type { Clock } from '../clock.js'
import type { Facts } from '../decision/evaluate-member.js'
import type { Memory } from '../decision/member-memory.js'
import type { RecordedRound } from '../recording/recording.js'
import type { Rendering } from '../rendering/rendering.js'
import type { RoundResult } from '../reporting/agent-fact.js'
import { frozenOf, keptOf } from '../reporting/agent-record.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { reportedRound } from '../reporting/reported-round.js'
import { noChange } from '../reporting/round-events.js'
import type { WakeUp } from '../wake-up.js'
import { lacksFile } from '../haproxy/bootstrap-file.js'
import { ConfigurationGuard } from '../guard/configuration-guard.js'
import { FactReader } from './fact-reader.js'
import { causeIn, mergePending, reaction, restored, type PendingChange } from './pending-change.js'
import type { Pipeline } from './pipeline.js'
import { NewFacts } from '../new-facts.js'
import { RoundMemory } from '../rendering/round-memory.js'
import type { RoundTrace, RoundTracer } from '../tracing/round-tracer.js'
import { isReached, isStill, type DecidedRound, type StableRound } from './stable-round.js'
import type { StateFolder } from '../storage/state-folder.js'

/** Dependencies of the loop. */
export interface LoopDeps {
  readonly clock: Clock
  readonly journal: AgentJournal
  readonly folder: Pick<StateFolder, 'save'>
  /** Memory of the previous agent process; undefined without one. */
  readonly memory: Memory | undefined
  /** Called after each applied round. */
  readonly onRound: (round: RecordedRound) => void
  readonly tracer: RoundTracer
}

/** Interval of rounds while a decision may change soon. */
const doubtIntervalMs = 500
/** The loop: members, decision, rendering, HAProxy. */
export class AgentLoop {
  /** Guards HAProxy against the agent's own configuration. */
  readonly guard: ConfigurationGuard
  readonly #deps: LoopDeps
  readonly #reader: FactReader
  readonly #members: RoundMemory
  /** Reported changes that no round has processed. */
  #pending: PendingChange | undefined
  #stable: StableRound | undefined
  readonly #newFacts = new NewFacts()

  constructor(deps: LoopDeps) {
    const { clock, journal, memory } = deps
    this.#deps = deps
    this.#reader = new FactReader({ clock, journal, trustsMembers: memory !== undefined })
    this.guard = new ConfigurationGuard(journal, clock)
    this.#members = new RoundMemory(memory)
  }

  get memory(): Memory {
    return this.#members.members
  }

  get admitted(): ReadonlyMap<string, PoolMember> {
    return this.#members.admitted
  }

  get rendering(): Rendering | undefined {
    return this.#members.rendering
  }

  /** Runs rounds until the signal aborts: after each wake-up, and at an interval. */
  async follow(pipeline: Pipeline, wakeUp: WakeUp, signal: AbortSignal): Promise<void> {
    const { clock, journal, tracer } = this.#deps
    const { reconcileMs, slowRoundMs } = pipeline.configuration
    const reported = { clock, journal, slowRoundMs, signal }
    const traced = () => tracer.round(trace => this.#round(pipeline, trace, signal), signal)
    while (!signal.aborted) {
      const mayChangeSoon = await reportedRound(traced, reported)
      const pauseMs = mayChangeSoon ? Math.min(doubtIntervalMs, reconcileMs) : reconcileMs
      await wakeUp.sleep(pauseMs, signal)
    }
  }

  /** Processes a new snapshot of the members in the next round. */
  onMembership(membership: Membership): void {
    const events = this.#deps.journal.dispatch({ kind: 'membership', membership })
    this.#deps.tracer.reported(membership)
    this.#pending = mergePending(
      this.#pending,
      membership,
      events.map(({ text }) => text),
    )
    this.#newFacts.announce()
  }

  /** Schedules a round for a manual action. */
  requestRound(cause: string): void {
    const texts = [cause, ...(this.#pending?.texts ?? [])]
    this.#pending = { detectedAt: NaN, kind: 'hand', texts }
    this.#newFacts.announce()
  }

  /** Carries out held removals in the next round. */
  accept(memory: Memory): void {
    this.#members.replace(memory)
    this.#reader.trustMembers()
    this.requestRound('removals accepted by an operator')
  }

  /** Runs one round. Resolves with true if time alone may change the decision soon. */
  async #round(pipeline: Pipeline, trace: RoundTrace, signal: AbortSignal): Promise<boolean> {
    const read = await this.#reader.read(pipeline, this.#members, signal)
    if (!read) return lacksFile(pipeline.configuration)
    const { facts, adopted, running } = read
    this.guard.adopt(running, this.memory, { facts, renderer: pipeline })
    if (adopted) this.#members.adopt(facts.membership.members, adopted)
    const { journal } = this.#deps
    const input = { pipeline, facts, memory: this.memory }
    if (!this.#pending && !frozenOf(journal.record) && isStill(this.#stable, input)) {
      await this.#reconcile(this.#stable, trace, signal)
      return false
    }
    const round = this.#decide(pipeline, facts, trace)
    const { decision, rendering } = round
    const isAdmitted = this.guard.admits({ ...round, configuration: pipeline.configuration })
    if (frozenOf(journal.record)) journal.dispatch({ kind: 'decision', decision, rendering })
    else if (isAdmitted) await this.#apply(round, signal)
    return decision.mayChangeSoon
  }

  #decide(pipeline: Pipeline, facts: Facts, trace: RoundTrace): DecidedRound {
    const { clock, journal } = this.#deps
    const [memory, pending, now] = [this.memory, this.#pending, clock.now()]
    this.#pending = undefined
    trace.deciding()
    const made = this.#members.decide(pipeline, facts, now, () => trace.rendering())
    trace.rendered()
    journal.dispatch({ kind: 'round' })
    return { pipeline, memory, facts, now, ...made, pending, trace }
  }

  async #apply(round: DecidedRound, signal: AbortSignal): Promise<void> {
    const { clock, journal, folder, onRound } = this.#deps
    const { pipeline, facts, decision, rendering, pending, trace } = round
    this.#members.place(decision.memory, rendering)
    const { cause, stated } = causeIn(pending, journal.record, round)
    this.guard.applying(rendering)
    const judged = { configuration: pipeline.configuration, decision }
    const isWanted = (rest: Rendering) =>
      !frozenOf(journal.record) && this.guard.admitsRest({ ...judged, rendering: rest })
    const startedAt = clock.now()
    const sent = pipeline.apply(rendering, { cause, isWanted, signal, onReport: trace.applying() })
    const applied = await sent.catch((error: unknown) => {
      journal.dispatch({ kind: 'decision', decision, rendering, stated })
      this.#pending = restored(pending, cause, this.#pending)
      throw error
    })
    if (applied.rendering !== rendering) this.#members.place(this.memory, applied.rendering)
    const { outcome } = applied
    if (isReached(outcome) || outcome.kind === 'deferred') this.guard.applied(applied.rendering)
    journal.dispatch({ kind: 'decision', decision, rendering: applied.rendering, stated })
    this.#report(pipeline, trace, { outcome, cause, ...reaction(pending, outcome, startedAt) })
    onRound({ ...round, rendering: applied.rendering })
    this.#reader.trustMembers()
    folder.save({ memory: this.memory, ...keptOf(journal.record) })
    const { membership, drained } = facts
    const stable = { ...applied, pipeline, membership, drained, memory: this.memory }
    this.#stable = isReached(outcome) && !decision.mayChangeSoon ? stable : undefined
    this.guard.reconsider(this.memory, pipeline.rules.guard)
  }

  /**
   * Compares a stable decision with HAProxy, and corrects what differs. Most rounds do only
   * this. New facts do not wait for it: the next round begins, and its changes are applied first.
   */
  async #reconcile(stable: StableRound, trace: RoundTrace, signal: AbortSignal): Promise<void> {
    const { journal } = this.#deps
    await this.#newFacts.waitFor(this.#compare(stable, trace, signal), error => {
      if (!signal.aborted) journal.dispatch({ kind: 'failure', error })
    })
  }

  async #compare({ pipeline, rendering }: StableRound, trace: RoundTrace, signal: AbortSignal) {
    const how = { cause: noChange, isWanted: () => false, signal, onReport: trace.applying() }
    const { outcome, ...applied } = await pipeline.apply(rendering, how)
    if (outcome.kind === 'superseded') return
    // The next round decides on what HAProxy rejects now, or takes only in part.
    if (!isReached(outcome) || applied.rendering !== rendering) this.#stable = undefined
    this.#deps.journal.dispatch({ kind: 'round' })
    const result = { outcome, cause: noChange, ...reaction(undefined, outcome, NaN) }
    this.#report(pipeline, trace, result)
  }

  #report({ reloader }: Pipeline, trace: RoundTrace, result: RoundResult): void {
    trace.applied(result)
    this.#deps.journal.dispatch({ kind: 'outcome', result })
    this.#deps.journal.dispatch({ kind: 'drift', ...reloader.drift() })
  }
}
