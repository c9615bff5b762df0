import type { PoolMember } from 'haproxy-config-render'
import type { RunningServer } from 'haproxy-runtime'
import { adoptRunning } from '../decision/adopt-running.js'
import { decide, type Decision } from '../decision/decide.js'
import type { Facts } from '../decision/evaluate-member.js'
import { noMemory, withPlaces, type Memory, type PlacedMemory } from '../decision/member-memory.js'
import { renderDecision, type RenderedDecision } from './render-decision.js'
import type { Renderer } from './renderer.js'
import type { Rendering } from './rendering.js'

/**
 * The memory between the rounds of the loop: the remembered members, the newest
 * decision and the places of its members. So a round takes the time of the changes
 * since the last one.
 */
export class RoundMemory {
  #memory: Memory
  #decision: Decision | undefined
  #rendering: Rendering | undefined
  /** The memory of the last round, and the pools that its members were in. */
  #placed: PlacedMemory | undefined

  constructor(memory: Memory = noMemory) {
    this.#memory = memory
  }

  /** The members as they are remembered. */
  get members(): Memory {
    return this.#memory
  }

  /** The newest decision; undefined before the first. */
  get decision(): Decision | undefined {
    return this.#decision
  }

  /** The newest rendering, without the members whose lines HAProxy rejects; undefined before the first. */
  get rendering(): Rendering | undefined {
    return this.#rendering
  }

  /** The members of the newest decision, by name. */
  get admitted(): ReadonlyMap<string, PoolMember> {
    return this.#decision?.admitted ?? new Map()
  }

  /** Remembers running servers as if their members had been admitted. */
  adopt(members: Facts['membership']['members'], servers: readonly RunningServer[]): void {
    this.#memory = adoptRunning(this.#memory, members, servers)
  }

  /** Replaces the memory after a manual action. */
  replace(memory: Memory): void {
    this.#memory = memory
  }

  /**
   * Decides and renders. The memory stays, until {@link place}.
   *
   * @param onDecided - called between the two
   */
  decide(
    renderer: Pick<Renderer, 'render' | 'rules'>,
    facts: Facts,
    now: number,
    onDecided = () => {},
  ): RenderedDecision {
    const decided = decide(this.#memory, facts, renderer.rules, now, this.#decision)
    onDecided()
    const made = renderDecision(renderer, decided, this.#memory, facts)
    this.#decision = made.decision
    this.#rendering = made.rendering
    return made
  }

  /** Remembers members with the places that a rendering gives them. */
  place(memory: Memory, rendering: Rendering): void {
    const places = rendering.placement.pools
    this.#rendering = rendering
    this.#memory = withPlaces(memory, places, this.#placed)
    this.#placed = { memory: this.#memory, places }
  }
}
