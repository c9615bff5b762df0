import { askAgent, RefusedError } from '../ask-agent.js'
import { plannedContent, type PlannedChange } from './planned-change.js'

/** Actions for which the pending plan of an older agent shows the same as a preview. */
const planned: readonly string[] = ['thaw', 'accept']

/** Asks the agent for the effect of an action, such as `drain/s1`, and returns it as elements: none if it cannot say. */
export async function previewOf(
  action: string,
  token: string | undefined,
): Promise<readonly Element[]> {
  const ask = (path: string) => askAgent<{ change: PlannedChange }>('GET', path, token)
  try {
    const { change } = await ask(`/preview/${action}`)
    return plannedContent(change)
  } catch (error) {
    const isUnknown = error instanceof RefusedError && error.status === 404
    if (!isUnknown) throw error
    if (!planned.includes(action)) return []
    const { change } = await ask('/plan')
    return plannedContent(change)
  }
}
