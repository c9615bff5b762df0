import type { NodeEngine } from '../src/engine/node-engine.js'

/** The part of the agent's state that is read here. */
interface AgentState {
  readonly members: readonly { readonly name: string; readonly reason?: string }[]
}

/** Returns the agent's reason for each of these members, for an error; empty where the agent does not answer. */
export async function agentReasons(engine: NodeEngine, names: readonly string[]): Promise<string> {
  const { pageUrl } = await engine.endpoints()
  if (pageUrl === undefined) return ''
  try {
    const response = await fetch(new URL('/state', pageUrl))
    const { members } = (await response.json()) as AgentState
    const named = members.filter(({ name }) => names.includes(name))
    return named.map(({ name, reason = 'no reason' }) => `${name}: ${reason}`).join('; ')
  } catch {
    return ''
  }
}
