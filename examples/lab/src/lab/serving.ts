import { createRuntimeClient, HaproxyError, type RunningServer } from 'haproxy-runtime'
import type { NodeEngine } from '../engine/node-engine.js'
import { pool } from '../engine/place.js'
import { until } from '../until.js'

/** Returns whether HAProxy sends new clients to a server. */
export function isServing({ admin, health, weight }: RunningServer): boolean {
  return admin === 'ready' && health === 'up' && weight > 0
}

/** Returns the servers of the lab's pool, as HAProxy runs them; none where it is away. */
export async function runningServers(engine: NodeEngine): Promise<readonly RunningServer[]> {
  const { runtimeSocket } = await engine.endpoints()
  try {
    return await createRuntimeClient({ socket: runtimeSocket }).servers([pool])
  } catch (error) {
    // HAProxy is starting, reloading or gone: it serves no server at this moment.
    if (error instanceof HaproxyError) return []
    throw error
  }
}

/** Resolves when HAProxy sends traffic to exactly these nodes. */
export async function untilServing(
  engine: NodeEngine,
  nodes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const wanted = nodes.toSorted().join(' ')
  const isReached = async () => {
    const serving = (await runningServers(engine)).filter(isServing).map(({ name }) => name)
    return serving.toSorted().join(' ') === wanted
  }
  const what = `HAProxy to send traffic to exactly: ${wanted || 'no server'}`
  await until(what, isReached, { everyMs: 5, signal })
}
