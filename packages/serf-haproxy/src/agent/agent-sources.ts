import { watchMembership, type Membership } from 'serf-events'
import type { Configuration } from '../configuration/schema.js'
import { rejoinWith, type Rejoin } from './rejoin-failed.js'
import { serfOptions } from './serf-options.js'

/** Sources of an agent's facts; each defaults to the real one. */
export interface AgentSources {
  /** `refreshRequests` dispatches `refresh` to have the members read immediately. */
  readonly membership?: (options: {
    signal: AbortSignal
    refreshRequests: EventTarget
  }) => AsyncIterable<Membership>
  /** Has Serf rejoin a failed member. */
  readonly rejoin?: Rejoin
}

/** Completes the sources with those of the configured Serf agent. */
export function sourcesOf(
  configuration: Configuration,
  { membership, rejoin }: AgentSources,
): Required<AgentSources> {
  return {
    membership:
      membership ?? (options => watchMembership({ ...serfOptions(configuration), ...options })),
    rejoin: rejoin ?? rejoinWith(configuration),
  }
}
