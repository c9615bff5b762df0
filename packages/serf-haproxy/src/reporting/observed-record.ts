import type { Observation } from '../haproxy/observe-haproxy.js'
import { isHealthy } from '../haproxy/server-status.js'
import type { AgentRecord } from './agent-record.js'

/** Returns the record after a status report of HAProxy; `at` is its time. Pure. */
export function withObservation(
  record: AgentRecord,
  observation: Observation,
  at: number,
): AgentRecord {
  const servers = [...observation.servers.values()]
  const namesOf = (found: typeof servers) => found.map(({ name }) => name)
  const healthy = namesOf(servers.filter(isHealthy))
  const requested = namesOf(servers.filter(({ totalSessions }) => totalSessions > 0))
  return {
    ...record,
    pollFault: undefined,
    observation: { ...observation, haproxy: { ...observation.haproxy, seenAt: at } },
    times: record.times
      .withStep(healthy, 'firstHealthy', at)
      .withStep(requested, 'firstRequest', at),
  }
}
