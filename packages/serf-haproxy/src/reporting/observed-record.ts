import type { ServerStatistics } from 'haproxy-runtime'
import { VersionedMap } from 'versioned-map'
import { serverKey, type Observation } from '../haproxy/observe-haproxy.js'
import { isHealthy } from '../haproxy/server-status.js'
import type { AgentFact } from './agent-fact.js'
import type { AgentRecord } from './agent-record.js'
import type { TimesOfMembers } from './member-times.js'

type Seen = Extract<AgentFact, { kind: 'observation' | 'statistics' | 'probe' }>
type Servers = Observation['servers']

/** Returns the record after HAProxy was asked for something; `at` is the time. Pure. */
export function withSeen(record: AgentRecord, fact: Seen, at: number): AgentRecord {
  if (fact.kind === 'observation') return withObservation(record, fact.observation, at)
  return fact.kind === 'probe'
    ? withProbe(record, fact, at)
    : withStatistics(record, fact.servers, at)
}

/** Returns the record after a status report of HAProxy; `at` is its time. Pure. */
function withObservation(
  record: AgentRecord,
  { haproxy, servers }: Observation,
  at: number,
): AgentRecord {
  return {
    ...record,
    pollFault: undefined,
    observation: {
      haproxy: { ...haproxy, seenAt: at },
      servers: nextServers(record.observation?.servers, servers),
    },
    times: withFirsts(record.times, servers.values(), at),
  }
}

/** Returns the record after the status of some servers of a HAProxy that was observed before. Pure. */
function withStatistics(
  record: AgentRecord,
  statistics: readonly ServerStatistics[],
  at: number,
): AgentRecord {
  const { observation } = record
  if (!observation) return record
  const servers = withChanged(observation.servers, statistics)
  const times = withFirsts(record.times, statistics, at)
  return { ...record, observation: { ...observation, servers }, times }
}

/** Returns the record after a probe; `at` is its time. The same record if nothing is new. Pure. */
function withProbe(
  record: AgentRecord,
  { problem }: Extract<Seen, { kind: 'probe' }>,
  at: number,
): AgentRecord {
  const { probeFault } = record
  if (probeFault?.error === problem) return record
  return {
    ...record,
    probeFault: problem === undefined ? undefined : { at: probeFault?.at ?? at, error: problem },
  }
}

/** Adds the first times that some servers were seen healthy, and with a request. */
function withFirsts(
  times: TimesOfMembers,
  statistics: Iterable<ServerStatistics>,
  at: number,
): TimesOfMembers {
  const healthy: string[] = []
  const requested: string[] = []
  for (const server of statistics) {
    const { firstHealthy, firstRequest } = times.of(server.name)
    if (firstHealthy === undefined && isHealthy(server)) healthy.push(server.name)
    if (firstRequest === undefined && server.totalSessions > 0) requested.push(server.name)
  }
  return times.withStep(healthy, 'firstHealthy', at).withStep(requested, 'firstRequest', at)
}

/** Returns the newest statistics. Those that are equal are the same objects as before, which keeps memory still. */
function nextServers(before: Servers | undefined, after: Servers): Servers {
  if (!before?.size || after.size === 0) return VersionedMap.of(after)
  const gone = [...before.keys()].flatMap(key =>
    after.has(key) ? [] : [[key, undefined] as const],
  )
  return withChanged(before, after.values()).with(gone)
}

function withChanged(
  before: Servers,
  statistics: Iterable<ServerStatistics>,
): VersionedMap<string, ServerStatistics> {
  const changed: [string, ServerStatistics][] = []
  for (const server of statistics) {
    const key = serverKey(server)
    const known = before.get(key)
    if (!known || !isEqual(known, server)) changed.push([key, server])
  }
  return VersionedMap.of(before).with(changed)
}

function isEqual(a: ServerStatistics, b: ServerStatistics): boolean {
  return (
    a.weight === b.weight &&
    a.sessions === b.sessions &&
    a.queued === b.queued &&
    a.totalSessions === b.totalSessions &&
    a.status === b.status &&
    a.check === b.check &&
    a.connectionErrors === b.connectionErrors &&
    a.responseErrors === b.responseErrors &&
    a.serverErrors === b.serverErrors &&
    a.responseMs === b.responseMs
  )
}
