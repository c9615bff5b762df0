import { afterDriverError } from '../../src/policy/failures.js'
import type { Action } from '../../src/policy/action.js'
import type { MemberCondition, ObservedMember } from '../../src/policy/observed-pool.js'
import { planPool, type PoolPlan } from '../../src/policy/plan-pool.js'
import { afterDoubt, noMemory, type PoolMemory } from '../../src/policy/pool-memory.js'
import type { PoolTarget } from '../../src/policy/pool-target.js'

/** A node of the simulated pool, with the time at which its check first succeeds. */
interface Node {
  readonly healthyAt: number
  /** Time at which it dies by itself. */
  readonly diesAt: number
}

/** Behaviour of the simulated driver and of the nodes. */
export interface Behaviour {
  /** Time from a start until the member appears, in milliseconds. */
  readonly appearsAfterMs: number
  /** Time from its appearance until it is healthy, in milliseconds. */
  readonly healthyAfterMs: number
  /** Time from its appearance until it dies, in milliseconds. */
  readonly livesMs: number
  /** Time from a stop until the member is gone, in milliseconds. */
  readonly leavesAfterMs: number
  /** Returns what becomes of the start with this number. */
  readonly start: (number: number) => 'works' | 'throws' | 'does nothing'
}

/** A driver and nodes without faults. */
export const goodBehaviour: Behaviour = {
  appearsAfterMs: 2000,
  healthyAfterMs: 1000,
  livesMs: Infinity,
  leavesAfterMs: 1000,
  start: () => 'works',
}

/** Load of a pool of a size, as its members show it. */
export type Load = (healthy: number) => Omit<ObservedMember, 'name' | 'condition'>

/** One round of the simulation. */
export interface SimulatedRound extends PoolPlan {
  readonly at: number
  /** Nodes that exist, without those that are still being started. */
  readonly there: number
}

/** One pool with a clock of its own, and the real policy. */
export class SimulatedPool {
  readonly rounds: SimulatedRound[] = []
  readonly #nodes = new Map<string, Node>()
  readonly #broken = new Map<string, MemberCondition>()
  readonly #appearing: number[] = []
  readonly #leaving = new Map<string, number>()
  readonly #target: PoolTarget
  readonly #behaviour: Behaviour
  #memory: PoolMemory = noMemory
  #now = 1_000_000
  #named = 0
  #started = 0
  load: Load = () => ({ sessions: 0, queued: 0 })

  constructor(target: PoolTarget, size: number, behaviour: Partial<Behaviour> = {}) {
    this.#target = target
    this.#behaviour = { ...goodBehaviour, ...behaviour }
    for (let i = 0; i < size; i++) this.#join(0, Infinity)
  }

  get actions(): readonly (Action & { readonly at: number })[] {
    return this.rounds.flatMap(({ at, actions }) => actions.map(action => ({ ...action, at })))
  }

  get last(): SimulatedRound {
    const last = this.rounds.at(-1)
    if (!last) throw new Error('expected a round before')
    return last
  }

  get now(): number {
    return this.#now
  }

  get memory(): PoolMemory {
    return this.#memory
  }

  get names(): readonly string[] {
    return [...this.#nodes.keys()]
  }

  /** Removes a node without an order. */
  kill(name: string): void {
    this.#nodes.delete(name)
  }

  /** Gives a node a condition that lasts until it is removed. */
  breakNode(name: string, condition: MemberCondition): void {
    this.#broken.set(name, condition)
  }

  /** Runs rounds for a time. */
  run(durationMs: number, everyMs = 1000): void {
    const end = this.#now + durationMs
    while (this.#now < end) {
      this.#now += everyMs
      this.round()
    }
  }

  /** Writes the memory as JSON and reads it, as a restart of the program does. */
  restart(): void {
    this.#memory = JSON.parse(JSON.stringify(this.#memory)) as PoolMemory
  }

  /** Passes a round in doubt. */
  doubt(durationMs: number): void {
    this.#now += durationMs
    this.#memory = afterDoubt(this.#memory, this.#now)
  }

  /** Passes one round at the present time. */
  round(): void {
    this.#advance()
    const members = this.#members()
    const plan = planPool(this.#target, this.#memory, { name: 'web', members }, this.#now)
    this.#memory = plan.memory
    this.rounds.push({ ...plan, at: this.#now, there: this.#nodes.size })
    for (const action of plan.actions) this.#obey(action)
  }

  #obey(action: Action): void {
    if (action.kind === 'stop') {
      this.#leaving.set(action.member, this.#now + this.#behaviour.leavesAfterMs)
      return
    }
    const result = this.#behaviour.start(this.#started++)
    if (result === 'works') this.#appearing.push(this.#now + this.#behaviour.appearsAfterMs)
    if (result === 'throws')
      this.#memory = afterDriverError(this.#memory, action, this.#target, this.#now)
  }

  #advance(): void {
    for (const [name, at] of this.#leaving) {
      if (at > this.#now) continue
      this.#leaving.delete(name)
      this.#nodes.delete(name)
    }
    while (this.#appearing[0] !== undefined && this.#appearing[0] <= this.#now) {
      const at = this.#appearing.shift() ?? 0
      this.#join(at + this.#behaviour.healthyAfterMs, at + this.#behaviour.livesMs)
    }
    for (const [name, { diesAt }] of this.#nodes) if (diesAt <= this.#now) this.kill(name)
  }

  #members(): ObservedMember[] {
    const conditions = [...this.#nodes].map(
      ([name, { healthyAt }]) =>
        [
          name,
          this.#broken.get(name) ?? (healthyAt <= this.#now ? 'healthy' : 'unhealthy'),
        ] as const,
    )
    const healthy = conditions.filter(([, condition]) => condition === 'healthy').length
    const none = { sessions: 0, queued: 0 }
    return conditions.map(([name, condition]) => ({
      name,
      condition,
      ...(condition === 'healthy' ? this.load(healthy) : none),
    }))
  }

  #join(healthyAt: number, diesAt: number): void {
    this.#nodes.set(`s${++this.#named}`, { healthyAt, diesAt })
  }
}
