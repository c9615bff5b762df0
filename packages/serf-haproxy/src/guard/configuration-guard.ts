import type { RunningServer } from 'haproxy-runtime'
import type { Clock } from '../clock.js'
import type { ServingServers } from '../decision/configuration-guard.js'
import { decide } from '../decision/decide.js'
import type { Memory } from '../decision/member-memory.js'
import { renderDecision } from '../rendering/render-decision.js'
import type { Renderer } from '../rendering/renderer.js'
import type { Rendering } from '../rendering/rendering.js'
import { servingServers } from '../rendering/serving-servers.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import { observedServers } from './observed-servers.js'
import { heldChange, type HeldChange } from './held-change.js'
import type { JudgedConfiguration } from './judged-configuration.js'
import type { StartFacts } from './own-changes.js'
import { servingAtStart } from './serving-at-start.js'

/** A configuration that waits until it takes away less, or is accepted. */
export interface WaitingConfiguration {
  readonly renderer: Renderer
  /** Puts it in use. */
  release(): void
}

/**
 * Guards HAProxy's servers against the agent's own configuration. A new one is
 * judged by what HAProxy runs: at the start of the agent, and at each change of
 * the file, the template or the policy. One that would take too much away
 * waits; the one before stays in use. At the start there is none before, so
 * nothing is applied.
 */
export class ConfigurationGuard {
  readonly #journal: AgentJournal
  readonly #clock: Clock
  /** The servers that HAProxy gave traffic at the start. */
  #atStart: ServingServers = new Map()
  /** The last rendering that was applied. */
  #applied: Rendering | undefined
  #applying: Rendering | undefined
  #isInUse = false
  /** True while HAProxy keeps what it has, since it rejects the lines of too many members. */
  #isRestHeld = false
  #acceptsRest = false
  #hasAdopted = false
  #waiting: WaitingConfiguration | undefined

  constructor(journal: AgentJournal, clock: Clock) {
    this.#journal = journal
    this.#clock = clock
  }

  /** Takes the state before the start: the servers that HAProxy runs, or else those of the memory. */
  adopt(servers: readonly RunningServer[] | undefined, memory: Memory, start: StartFacts): void {
    if (this.#isInUse || (this.#hasAdopted && !servers)) return
    this.#hasAdopted = true
    this.#atStart = servingAtStart(servers, memory, start)
  }

  /** Returns whether the configuration of a round may be applied, and reports one that may not. */
  admits(round: JudgedConfiguration): boolean {
    if (this.#isInUse) return true
    const servers = observedServers(this.#journal.record.observation)
    const held = heldChange(this.#before(), { servers, ...round }, round.configuration.guard)
    this.#report(held)
    this.#isInUse = held === undefined
    return this.#isInUse
  }

  /**
   * Returns whether HAProxy may be left with the members whose lines it does not
   * reject, and reports it if that takes too much away: a wrong line of the
   * template or of a policy would empty a pool member by member.
   */
  admitsRest(round: JudgedConfiguration): boolean {
    if (this.#acceptsRest) return true
    const before = this.#applied ? servingServers(this.#applied) : this.#atStart
    const servers = observedServers(this.#journal.record.observation)
    const held = heldChange(before, { servers, ...round }, round.configuration.guard)
    this.#isRestHeld = held !== undefined
    this.#report(held && { ...held, reason: `HAProxy rejects their lines: ${held.reason}` })
    return held === undefined
  }

  /** Records a rendering that is being applied: HAProxy may have its servers before the outcome is known. */
  applying(rendering: Rendering): void {
    this.#applying = rendering
  }

  /** Records a rendering that was applied. */
  applied(rendering: Rendering): void {
    this.#applied = rendering
    this.#applying = undefined
    if (this.#isRestHeld) this.#report(undefined)
    this.#isRestHeld = false
    this.#acceptsRest = false
  }

  /**
   * Judges a new configuration while another is in use. Returns undefined if it
   * may be used; otherwise it waits, and the result is the reason. It replaces
   * one that waited before, also if it is undefined.
   */
  propose(
    waiting: WaitingConfiguration | undefined,
    memory: Memory,
    limits: Renderer['rules']['guard'],
  ): HeldChange | undefined {
    const held =
      waiting && this.#isInUse ? this.#judge(waiting.renderer, memory, limits) : undefined
    this.#waiting = held && waiting
    if (this.#isInUse) this.#report(held)
    return held
  }

  /** Judges the waiting configuration again, after the members changed. */
  reconsider(memory: Memory, limits: Renderer['rules']['guard']): void {
    const waiting = this.#waiting
    if (!waiting) return
    const held = this.#judge(waiting.renderer, memory, limits)
    this.#report(held)
    if (!held) this.#release(waiting)
  }

  /** Puts the waiting configuration in use. Returns false if none waits. */
  accept(): boolean {
    const waiting = this.#waiting
    const isHeldAtStart = !this.#isInUse && this.#journal.record.heldChange !== undefined
    if (!waiting && !isHeldAtStart && !this.#isRestHeld) return false
    this.#isInUse = true
    this.#acceptsRest = this.#isRestHeld
    this.#report(undefined)
    if (waiting) this.#release(waiting)
    return true
  }

  /** Returns the servers that get traffic by the configuration in use. */
  #before(): ServingServers {
    const applied = this.#applied ? servingServers(this.#applied) : this.#atStart
    if (!this.#applying || this.#applying === this.#applied) return applied
    const both = new Map(applied)
    for (const [pool, servers] of servingServers(this.#applying))
      both.set(pool, new Set([...(applied.get(pool) ?? []), ...servers]))
    return both
  }

  #judge(
    renderer: Renderer,
    memory: Memory,
    limits: Renderer['rules']['guard'],
  ): HeldChange | undefined {
    const { membership } = this.#journal.record
    if (!membership) return undefined
    const facts = { membership, servers: undefined, wallTime: this.#clock.wallTime() }
    const decision = decide(memory, facts, renderer.rules, this.#clock.now())
    const { configuration } = renderer
    const servers = observedServers(this.#journal.record.observation)
    const judged = { configuration, servers, ...renderDecision(renderer, decision, memory, facts) }
    return heldChange(this.#before(), judged, limits)
  }

  #release(waiting: WaitingConfiguration): void {
    this.#waiting = undefined
    waiting.release()
  }

  #report(held: HeldChange | undefined): void {
    if (held || this.#journal.record.heldChange)
      this.#journal.dispatch({ kind: 'held-change', held })
  }
}
