import type { NodeEngine } from '../engine/node-engine.js'
import { balancer } from '../engine/place.js'

/** Reads the state of the lab's agent: at its page, or in its node where the page is not published. */
export async function agentState(engine: NodeEngine, signal: AbortSignal): Promise<unknown> {
  const { pageUrl } = await engine.endpoints()
  if (pageUrl !== undefined) {
    const response = await fetch(`${pageUrl}state`, { signal })
    return await response.json()
  }
  const script = 'exec serf-haproxy status --json --config "$SERF_HAPROXY_CONFIG"'
  const { text } = await engine.exec(balancer, ['sh', '-c', script])
  return JSON.parse(text) as unknown
}
