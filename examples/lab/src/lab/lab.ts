import { createRuntimeClient, HaproxyError, type RunningServer } from 'haproxy-runtime'
import type { NodeEngine } from '../engine/node-engine.js'
import { LabError } from '../lab-error.js'
import { backendName, backendNumber, balancer, pool } from '../engine/place.js'
import { until } from '../until.js'

/** A change of the lab, and how long it was until HAProxy had it. */
export interface Change {
  readonly started: readonly string[]
  readonly stopped: readonly string[]
  /** The web applications' nodes afterwards. */
  readonly backends: readonly string[]
  readonly tookMs: number
}

/** What one can do with a lab. Every call resolves when HAProxy has followed. */
export interface Lab {
  up(backends: number): Promise<Change>
  down(): Promise<void>
  scale(backends: number): Promise<Change>
  start(node: string): Promise<Change>
  stop(node: string): Promise<Change>
  kill(node: string): Promise<Change>
  freeze(node: string): Promise<Change>
  /** The servers of the lab's pool, as HAProxy runs them; none where it is away. */
  servers(): Promise<readonly RunningServer[]>
}

/** The lab on an engine; `signal` ends whatever waits. */
export function createLab(engine: NodeEngine, { signal }: { signal?: AbortSignal } = {}): Lab {
  async function servers(): Promise<readonly RunningServer[]> {
    const { runtimeSocket } = await engine.endpoints()
    try {
      return await createRuntimeClient({ socket: runtimeSocket }).servers([pool])
    } catch (error) {
      // It is starting, or reloading, or gone: it serves nobody at this moment.
      if (error instanceof HaproxyError) return []
      throw error
    }
  }

  /** Resolves when HAProxy sends traffic to exactly these nodes. */
  async function serving(nodes: readonly string[]): Promise<void> {
    const wanted = nodes.toSorted().join(' ')
    await until(
      async () =>
        (await servers())
          .filter(isServing)
          .map(({ name }) => name)
          .toSorted()
          .join(' ') === wanted,
      {
        what: `HAProxy to send traffic to exactly: ${wanted || 'nobody'}`,
        everyMs: 5,
        signal,
      },
    )
  }

  async function backends(): Promise<string[]> {
    const nodes = [...(await engine.nodes()).keys()].filter(node => node !== balancer)
    return nodes.toSorted((a, b) => backendNumber(a) - backendNumber(b))
  }

  async function requireLab(): Promise<void> {
    if (await engine.exists()) return
    throw new LabError('No lab runs here: start one with: npm run lab')
  }

  async function change(
    todo: { start?: readonly string[]; stop?: readonly string[] },
    act: () => Promise<unknown>,
  ): Promise<Change> {
    const { start: started = [], stop: stopped = [] } = todo
    const before = (await servers()).filter(isServing).map(({ name }) => name)
    const startedAt = performance.now()
    await act()
    const wanted = new Set([...before, ...started])
    for (const node of stopped) wanted.delete(node)
    await serving([...wanted])
    const tookMs = performance.now() - startedAt
    return { started, stopped, backends: await backends(), tookMs }
  }

  async function scale(count: number): Promise<Change> {
    const running = await backends()
    const free = Array.from({ length: count }, (_, i) => backendName(i + 1)).filter(
      node => !running.includes(node),
    )
    const start = free.slice(0, Math.max(0, count - running.length))
    const stop = running.slice(count)
    return change({ start, stop }, () =>
      Promise.all([
        ...start.map(node => engine.start(node)),
        ...stop.map(node => engine.stop(node)),
      ]),
    )
  }

  /** A command on one node of a lab that runs. */
  const onNode = async (
    node: string,
    todo: { start?: readonly string[]; stop?: readonly string[] },
    act: (node: string) => Promise<void>,
  ): Promise<Change> => {
    await requireLab()
    backendNumber(node)
    return change(todo, () => act(node))
  }

  return {
    servers,

    async up(count) {
      await engine.create()
      try {
        await engine.start(balancer)
        return await scale(count)
      } catch (error) {
        await engine.destroy()
        throw error
      }
    },

    async down() {
      await requireLab()
      await engine.destroy()
    },

    async scale(count) {
      await requireLab()
      return scale(count)
    },

    start: node => onNode(node, { start: [node] }, engine.start),
    stop: node => onNode(node, { stop: [node] }, engine.stop),
    kill: node => onNode(node, { stop: [node] }, engine.kill),
    async freeze(node) {
      if (node === balancer)
        throw new LabError(`Node ${node} runs no web application: wanted s1, s2, …`)
      return onNode(node, { stop: [node] }, engine.freeze)
    },
  }
}

/** Whether new clients are sent to a server. */
export function isServing({ admin, health, weight }: RunningServer): boolean {
  return admin === 'ready' && health === 'up' && weight > 0
}
