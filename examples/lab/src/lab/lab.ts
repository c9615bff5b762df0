import type { RunningServer } from 'haproxy-runtime'
import { endScaler } from '../autoscale/scaler-process.js'
import type { NodeEngine } from '../engine/node-engine.js'
import { LabError, noLab } from '../lab-error.js'
import { backendName, backendNumber, balancer } from '../engine/place.js'
import { appliedStage, type Stage } from '../engine/stage.js'
import { isServing, runningServers, untilServing } from './serving.js'

/** A change of the lab, and how long it was until HAProxy had it. */
export interface Change {
  readonly started: readonly string[]
  readonly stopped: readonly string[]
  /** Nodes whose web application was suspended. */
  readonly frozen: readonly string[]
  /** Nodes whose web application was continued. */
  readonly thawed: readonly string[]
  /** The web applications' nodes afterwards. */
  readonly backends: readonly string[]
  readonly tookMs: number
}

/** Commands on a lab. Every call resolves when HAProxy has followed, if the stage lets it follow. */
export interface Lab {
  up(backends: number): Promise<Change>
  down(): Promise<void>
  scale(backends: number): Promise<Change>
  start(node: string): Promise<Change>
  stop(node: string): Promise<Change>
  kill(node: string): Promise<Change>
  freeze(node: string): Promise<Change>
  /** Ends what `freeze` began. */
  thaw(node: string): Promise<Change>
  /** The servers of the lab's pool, as HAProxy runs them; none where it is away. */
  servers(): Promise<readonly RunningServer[]>
}

/** Options of {@link createLab}. */
interface LabOptions {
  /** Ends every wait. */
  readonly signal?: AbortSignal
  /** Options of the command line that start a lab in this place, for the error without a lab. */
  readonly startOptions?: string
}

/** Returns the lab on an engine. */
export function createLab(engine: NodeEngine, options: LabOptions = {}): Lab {
  return new EngineLab(engine, options)
}

/** The nodes that a change starts, stops, suspends and continues. */
type Todo = Partial<Pick<Change, 'started' | 'stopped' | 'frozen' | 'thawed'>>

class EngineLab implements Lab {
  readonly #engine: NodeEngine
  readonly #signal: AbortSignal | undefined
  readonly #startOptions: string | undefined

  constructor(engine: NodeEngine, { signal, startOptions }: LabOptions) {
    this.#engine = engine
    this.#signal = signal
    this.#startOptions = startOptions
  }

  servers(): Promise<readonly RunningServer[]> {
    return runningServers(this.#engine)
  }

  async up(count: number): Promise<Change> {
    await this.#engine.create()
    try {
      await this.#engine.start(balancer)
      return await this.#scaleTo(count)
    } catch (error) {
      await this.#engine.destroy()
      throw error
    }
  }

  async down(): Promise<void> {
    const isThere = await this.#engine.exists()
    await endScaler(this.#engine.folder)
    // Without a lab this clears the folder that a power failure left.
    await this.#engine.destroy()
    if (!isThere) throw noLab(this.#startOptions)
  }

  async scale(count: number): Promise<Change> {
    await this.#requireLab()
    return this.#scaleTo(count)
  }

  start(node: string): Promise<Change> {
    return this.#onNode(node, { started: [node] }, () => this.#engine.start(node))
  }

  stop(node: string): Promise<Change> {
    return this.#onNode(node, { stopped: [node] }, () => this.#engine.stop(node))
  }

  kill(node: string): Promise<Change> {
    return this.#onNode(node, { stopped: [node] }, () => this.#engine.kill(node))
  }

  async freeze(node: string): Promise<Change> {
    requireApplication(node, this.#engine.stage)
    return this.#onNode(node, { frozen: [node] }, () => this.#engine.freeze(node))
  }

  async thaw(node: string): Promise<Change> {
    requireApplication(node, this.#engine.stage)
    return this.#onNode(node, { thawed: [node] }, () => this.#engine.thaw(node))
  }

  /** Runs a command on one node of a lab that exists. */
  async #onNode(node: string, todo: Todo, act: () => Promise<void>): Promise<Change> {
    await this.#requireLab()
    backendNumber(node)
    return this.#change(todo, act)
  }

  async #scaleTo(count: number): Promise<Change> {
    const running = await this.#backends()
    const free = Array.from({ length: count }, (_, i) => backendName(i + 1)).filter(
      node => !running.includes(node),
    )
    const started = free.slice(0, Math.max(0, count - running.length))
    const stopped = running.slice(count)
    return this.#change({ started, stopped }, () =>
      allEnded([
        ...started.map(node => this.#engine.start(node)),
        ...stopped.map(node => this.#engine.stop(node)),
      ]),
    )
  }

  async #change(
    { started = [], stopped = [], frozen = [], thawed = [] }: Todo,
    act: () => Promise<void>,
  ): Promise<Change> {
    const before = await this.#engine.nodes()
    const serving = (await this.servers()).filter(isServing).map(({ name }) => name)
    const startedAt = performance.now()
    try {
      await act()
      const wanted = new Set([...serving, ...started, ...thawed])
      for (const node of [...stopped, ...frozen]) wanted.delete(node)
      if (this.#engine.stage.name === appliedStage.name)
        await untilServing(this.#engine, [...wanted], this.#signal)
    } catch (error) {
      throw await this.#withoutNodes(
        started.filter(node => !before.has(node)),
        error,
      )
    }
    const tookMs = performance.now() - startedAt
    const backends = await this.#backends()
    return { started, stopped, frozen, thawed, backends, tookMs }
  }

  /** Ends the nodes that a failed change has started, and returns its error. */
  async #withoutNodes(started: readonly string[], error: unknown): Promise<unknown> {
    const running = await this.#engine.nodes()
    const left = started.filter(node => running.has(node))
    if (left.length === 0) return error
    await allEnded(left.map(node => this.#engine.stop(node)))
    const reason = error instanceof Error ? error.message : String(error)
    return new LabError(`${reason}; stopped again: ${left.join(', ')}`, { cause: error })
  }

  async #backends(): Promise<string[]> {
    const nodes = [...(await this.#engine.nodes()).keys()].filter(node => node !== balancer)
    return nodes.toSorted((a, b) => backendNumber(a) - backendNumber(b))
  }

  async #requireLab(): Promise<void> {
    if (await this.#engine.exists()) return
    throw noLab(this.#startOptions)
  }
}

function requireApplication(node: string, { isSupervised }: Stage): void {
  if (!isSupervised)
    throw new LabError(`Node ${node} has no supervisor at this stage: use stop, kill and start`)
  if (node !== balancer) return
  throw new LabError(`Node ${node} runs no web application: expected s1, s2, …`)
}

/** Resolves when all of them have ended; rejects then with the first error. */
async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works)
  await Promise.all(works)
}
