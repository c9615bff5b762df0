import type { AgentState } from 'serf-haproxy'
import type { NodeEngine } from '../engine/node-engine.js'
import { balancer } from '../engine/place.js'

/**
 * Reads the state of the lab's agent: at its page, or in its node where the page is not published.
 * The scaler's own type of it is another: here the compiler finds a field that one of them lacks.
 */
export async function agentState(engine: NodeEngine, signal: AbortSignal): Promise<AgentState> {
  const { pageUrl } = await engine.endpoints()
  if (pageUrl !== undefined) {
    const response = await fetch(`${pageUrl}state`, { signal })
    return (await response.json()) as AgentState
  }
  const script = 'exec serf-haproxy status --json --config "$SERF_HAPROXY_CONFIG"'
  const { text } = await engine.exec(balancer, ['sh', '-c', script])
  return JSON.parse(text) as AgentState
}
