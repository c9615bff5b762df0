import { watchMembership, type Membership } from 'serf-events'
import type { Configuration } from '../configuration/schema.js'
import { rejoinWith, type Rejoin } from './rejoin-failed.js'
import { serfOptions } from './serf-options.js'

/** Sources of an agent's facts; each defaults to the real one. */
export interface AgentSources {
  /**
   * Yields the membership; an event `refresh` on `refreshRequests` asks for it at once.
   *
   * @defaultValue the configured Serf agent
   */
  readonly membership?: (options: {
    signal: AbortSignal
    refreshRequests: EventTarget
  }) => AsyncIterable<Membership>
  /** Has Serf rejoin a failed member. @defaultValue the configured Serf agent */
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
