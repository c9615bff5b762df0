import { join } from 'node:path'
import type { Profile } from './serf-agent.js'

/** Times until the first, half, and all of the other members know a change; ms, one for each round. */
export interface Spreading {
  readonly first: readonly number[]
  readonly half: readonly number[]
  readonly all: readonly number[]
}

/** Results for one size of the cluster. */
export interface SizeResult {
  /** Members, the one that joins included. */
  readonly nodes: number
  /** From the command to join until members know of it. */
  readonly join: Spreading
  /** From a kill until members have declared the failure. */
  readonly failure: Spreading
}

/** Convergence of gossip in clusters of several sizes. */
export interface Convergence {
  /** ISO 8601. */
  readonly date: string
  readonly serf: string
  readonly profile: Profile
  readonly rounds: number
  readonly sizes: readonly SizeResult[]
}

/** Path of the result below the folder of evidence. */
export const convergenceFile = join('convergence', 'convergence.json')
