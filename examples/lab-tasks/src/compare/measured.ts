import type { Sample } from './steady-traffic.js'

/** Scenarios of a comparison, in the order in which they run. */
export const scenarios = [
  'join',
  'stop',
  'crash',
  'reloads',
  'recovery',
  'badConfiguration',
] as const
export type Scenario = (typeof scenarios)[number]

/** Requests, and how many of them failed. */
export interface Loss {
  readonly requests: number
  readonly failed: number
}

/** Results of one system; scenarios that were not requested are missing. */
export interface Measured {
  /** From listening to the first response through HAProxy; ms. */
  joinMs?: number
  join?: Loss
  stop?: Loss
  crash?: Loss
  reloads?: Loss
  /** From the start of a new `ha` until it serves all backends, a few times; ms. */
  recoveryMs?: readonly number[]
  /** While the template is bad and a node joins, and after its repair. */
  badConfiguration?: Loss
  /** First lines of the programs' versions, as they are on the load balancer. */
  readonly versions: Readonly<Record<string, string>>
  /** The requests of each scenario that has a picture. */
  readonly samples: Partial<Record<Scenario, readonly Sample[]>>
}
