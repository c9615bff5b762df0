import { plural, verb } from 'command-line-program'
import type { Held } from '../state/agent-state.js'

/** Describes held removals in a sentence. */
export function heldText({ reason, removals }: Held): string {
  const count = new Set(removals.map(({ member }) => member)).size
  return `${plural(count, 'removal')} ${verb(count, 'is', 'are')} held: ${reason}`
}

/** Describes a held change of the agent's own configuration in a sentence. */
export function heldChangeText({ reason }: Held): string {
  return `A change of the configuration is held, and HAProxy keeps its servers: ${reason}`
}
