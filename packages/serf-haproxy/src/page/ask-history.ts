import type { Generation } from 'haproxy-reloader'
import { askAgent, RefusedError } from './ask-agent.js'

/** A generation, with its difference if this client may read it. */
export type ShownGeneration = Omit<Generation, 'diff'> & { readonly diff?: string }

/** Asks for the generations; those of a client without the right token have no difference. */
export async function askHistory(token: string | undefined): Promise<readonly ShownGeneration[]> {
  try {
    return await askAgent('GET', '/history', token)
  } catch (error) {
    if (token !== undefined && error instanceof RefusedError) return askAgent('GET', '/history')
    throw error
  }
}
