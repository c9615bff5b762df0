import type { Configuration } from '../configuration/schema.js'
import { checkHeld } from '../guard/check-held.js'
import type { HeldChange } from '../guard/held-change.js'
import { savedMemory } from '../storage/state-folder.js'
import type { RenderedNow } from './render-now.js'

/** The findings of the agent's guard: a change that it would hold, and pools without a line. */
export interface GuardFindings {
  readonly held?: HeldChange
  readonly unprinted?: readonly string[]
}

/** Judges a rendering as an agent would that starts with it. Reads HAProxy, and changes nothing. */
export async function guardFindings(
  configuration: Configuration,
  { renderer, rendering, facts, decision }: RenderedNow,
): Promise<GuardFindings> {
  const { unprinted } = rendering.placement
  const memory = savedMemory(configuration.stateFolder)
  const held =
    facts &&
    decision &&
    (await checkHeld({ configuration, rendering, decision }, { facts, renderer }, memory))
  return { ...(held && { held }), ...(unprinted.length > 0 && { unprinted }) }
}
