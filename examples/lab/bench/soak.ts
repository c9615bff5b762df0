import { randomNumbers } from 'real-components'
import type { NodeEngine } from '../src/engine/node-engine.js'
import { balancer, type Place } from '../src/engine/place.js'
import { createLab, type Lab } from '../src/lab/lab.js'
import { isServing } from '../src/lab/serving.js'
import { until } from '../src/until.js'
import { agentReasons } from './agent-reasons.js'
import { startPacedTraffic, type TrafficCounts } from './paced-traffic.js'
import { isJoin, isOnNode, soakActions, type ActionName } from './soak-actions.js'
import { summary, type Summary } from './summary.js'

/** Options of {@link soak}. */
export interface SoakOptions {
  readonly seconds: number
  /** The same seed gives the same actions in the same order. */
  readonly seed: number
  /** All by default. */
  readonly actions?: readonly ActionName[]
  readonly signal?: AbortSignal
  /** Called after each round of actions. */
  readonly onRound?: (progress: SoakResult) => void
}

/** The result of a soak run, or the state of one that runs. */
export interface SoakResult extends TrafficCounts {
  readonly seed: number
  readonly seconds: number
  /** Number of times that each action was done. */
  readonly actions: Readonly<Partial<Record<ActionName, number>>>
  /** From the end of a round's actions until HAProxy sends traffic to exactly the nodes that run; ms. */
  readonly convergence: Summary
  /** Requests of clients that nodes got which joined broken. */
  readonly leaked: number
  /** Errors of actions, and rounds after which HAProxy did not converge. */
  readonly errors: readonly string[]
}

/** Requests a second. */
const rate = 100

/** Longer than the agent damps a member that it has seen flap. */
const convergenceTimeoutMs = 180_000

/**
 * Does random actions on a lab that runs, one or two at a time, under a steady
 * load, until the time is over: passes over all actions in random order, and at
 * least one. At any time all but two of the web applications are left alone.
 */
export async function soak(
  engine: NodeEngine,
  place: Place,
  options: SoakOptions,
): Promise<SoakResult> {
  const { traffic } = await engine.endpoints()
  const running = startPacedTraffic(`http://${traffic.host}:${traffic.port}/`, rate)
  const run = new SoakRun(engine, place, options, () => running.counts())
  try {
    await run.play()
  } finally {
    await running.stop()
  }
  return run.result()
}

/** Returns whether a run failed in nothing. */
export function isClean({ failed, errors }: SoakResult): boolean {
  return failed === 0 && errors.length === 0
}

class SoakRun {
  readonly #engine: NodeEngine
  readonly #place: Place
  readonly #options: SoakOptions
  readonly #counts: () => TrafficCounts
  readonly #lab: Lab
  readonly #random: () => number
  readonly #startedAt = performance.now()
  readonly #done: Partial<Record<ActionName, number>> = {}
  readonly #errors: string[] = []
  readonly #convergence: number[] = []
  /** Number of the last action on each node. */
  readonly #lastActed = new Map<string, number>()
  #number = 0
  #leaked = 0

  constructor(engine: NodeEngine, place: Place, options: SoakOptions, counts: () => TrafficCounts) {
    this.#engine = engine
    this.#place = place
    this.#options = options
    this.#counts = counts
    this.#lab = createLab(engine)
    this.#random = randomNumbers(options.seed)
  }

  async play(): Promise<void> {
    const { signal, seconds, onRound = () => {} } = this.#options
    do {
      for (const round of this.#rounds()) {
        if (signal?.aborted || this.#errors.length > 0) return
        await this.#playRound(round)
        onRound(this.result())
      }
    } while (performance.now() - this.#startedAt < seconds * 1000)
  }

  result(): SoakResult {
    return {
      seed: this.#options.seed,
      seconds: Math.round((performance.now() - this.#startedAt) / 1000),
      ...this.#counts(),
      actions: { ...this.#done },
      convergence: summary(this.#convergence),
      leaked: this.#leaked,
      errors: [...this.#errors],
    }
  }

  /** All actions in random order, one or two a round. */
  #rounds(): ActionName[][] {
    const names = this.#options.actions ?? (Object.keys(soakActions) as ActionName[])
    const rounds: ActionName[][] = []
    for (const name of this.#shuffled(names)) {
      const last = rounds.at(-1)
      const fits = last?.length === 1 && !(isJoin(name) && last.some(isJoin))
      if (fits && this.#random() < 0.7) last.push(name)
      else rounds.push([name])
    }
    return rounds
  }

  async #playRound(names: readonly ActionName[]): Promise<void> {
    const backends = await this.#backends()
    const nodes = this.#targets(backends)
    const ended = await Promise.allSettled(
      names.map((name, i) => this.#act(name, nodes[i] ?? '', backends)),
    )
    const errors = ended.flatMap(each => (each.status === 'rejected' ? [each.reason] : []))
    for (const error of errors) this.#errors.push(`${names.join(', ')}: ${String(error)}`)
    if (errors.length === 0) await this.#converge(names, backends)
  }

  async #act(name: ActionName, node: string, backends: readonly string[]): Promise<void> {
    this.#done[name] = (this.#done[name] ?? 0) + 1
    this.#number += 1
    if (isOnNode(name)) this.#lastActed.set(node, this.#number)
    await soakActions[name]({
      engine: this.#engine,
      place: this.#place,
      node,
      backends,
      // Actions at the same time take their numbers in an order of their own.
      random: randomNumbers(Math.floor(this.#random() * 2 ** 31)),
      number: this.#number,
      onLeaked: requests => (this.#leaked += requests),
    })
  }

  /** Nodes in random order, those first that were left alone for longer: the agent damps a node that flaps. */
  #targets(backends: readonly string[]): string[] {
    const acted = (node: string) => this.#lastActed.get(node) ?? 0
    const rested = backends.toSorted((a, b) => acted(a) - acted(b))
    const half = Math.ceil(rested.length / 2)
    return [...this.#shuffled(rested.slice(0, half)), ...rested.slice(half)]
  }

  async #converge(names: readonly ActionName[], backends: readonly string[]): Promise<void> {
    const endedAt = performance.now()
    const wanted = backends.toSorted().join(' ')
    let found = ''
    const isConverged = async () => {
      const serving = (await this.#lab.servers()).filter(isServing).map(({ name }) => name)
      found = serving.toSorted().join(' ')
      return found === wanted
    }
    try {
      await until('HAProxy to converge', isConverged, { timeoutMs: convergenceTimeoutMs })
      this.#convergence.push(performance.now() - endedAt)
    } catch (error) {
      const missing = backends.filter(name => !found.split(' ').includes(name))
      const reasons = await agentReasons(this.#engine, missing)
      const { message } = error as Error
      this.#errors.push(
        `${names.join(', ')}: ${message}: ${wanted}, got ${found || 'none'} (${reasons})`,
      )
    }
  }

  async #backends(): Promise<string[]> {
    const names = [...(await this.#engine.nodes()).keys()]
    return names.filter(name => name !== balancer).toSorted()
  }

  #shuffled<T>(values: readonly T[]): T[] {
    const keyed = values.map(value => ({ value, key: this.#random() }))
    return keyed.toSorted((a, b) => a.key - b.key).map(({ value }) => value)
  }
}
