import type { ListedGeneration } from '../../src/generations/generation.js'

/** The application of a generation, in which only its number matters. */
export const how = {
  at: 0,
  cause: 'test',
  via: 'runtime',
  plan: { reason: 'test', operations: [] },
  tookMs: 0,
} as const satisfies Omit<ListedGeneration, 'number'>

/** Returns a generation without its configuration. */
export function generationRecord(number: number): ListedGeneration {
  return { number, ...how }
}
