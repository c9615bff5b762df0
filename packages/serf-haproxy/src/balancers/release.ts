/** The steps in which a balancer gives up its traffic: it is not ready, and then it has no address. */
export type ReleaseStep = 'begin' | 'address'

/** The answer of an agent that gives up its traffic. */
export interface Release {
  /** The shared address; undefined without settings of keepalived. */
  readonly address?: string
  /** Names of the balancers that are alive and can take over. */
  readonly others: readonly string[]
}
