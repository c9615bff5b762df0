import type { AgentState } from '../state/agent-state.js'
import { eventCounters } from '../state/counters.js'
import type { MetricFamily, Sample } from './exposition.js'

/** Resources that the process uses. */
export interface ProcessUse {
  readonly residentBytes: number
  readonly cpuSeconds: number
}

/** Returns the agent's state as Prometheus metrics, in base units. */
export function agentMetrics(state: AgentState, use: ProcessUse): readonly MetricFamily[] {
  return [...workDone(state), ...presentState(state), ...clusterNow(state), ...ofProcess(use)]
}

/** Measures the resources of this process. */
export function processUse(): ProcessUse {
  const { user, system } = process.cpuUsage()
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 }
}

function workDone({ counters, latency }: AgentState): readonly MetricFamily[] {
  return [
    {
      name: 'serf_haproxy_change_to_applied_seconds',
      help: 'Time from the report of a change until HAProxy ran it.',
      type: 'histogram',
      samples: [
        {
          buckets: latency.buckets.map(({ le, count }) => ({ atMost: le / 1000, count })),
          sum: latency.sum / 1000,
          count: latency.count,
        },
      ],
    },
    counter('rounds', 'Rounds of the loop: members, decision, HAProxy.', counters.rounds),
    counter('plans', 'Executed plans, by kind.', by('kind', counters.plans)),
    counter('causes', 'Applied plans, by kind of the cause.', by('cause', counters.causes)),
    counter('outcomes', 'Attempts to apply, by outcome.', by('outcome', counters.outcomes)),
    counter('reloads', 'Reloads of HAProxy.', counters.reloads),
    counter('drift', 'Corrected changes by other programs.', counters.drift),
    counter('damped', 'Members that became damped.', counters.damped),
    ...eventCounters.map(({ metric, help, name }) => counter(metric, help, counters[name])),
  ]
}

function presentState(state: AgentState): readonly MetricFamily[] {
  const { serf, haproxy, generation } = state
  const info = { version: state.version, haproxy_version: haproxy.version ?? '' }
  return [
    gauge('build_info', 'Versions, as labels of a constant 1.', [{ labels: info, value: 1 }]),
    gauge('start_time_seconds', 'Start time of the agent.', state.startedAt / 1000),
    gauge('serf_connected', '1 while the Serf agent answers.', Number(serf.connected)),
    gauge('haproxy_reachable', '1 while HAProxy answers.', Number(haproxy.reachable)),
    gauge(
      'haproxy_old_workers',
      'Old workers that finish their sessions.',
      haproxy.oldWorkers ?? 0,
    ),
    gauge('generation', 'Number of the running generation.', generation?.number ?? 0),
    gauge(
      'applied_timestamp_seconds',
      'Time of the last applied configuration; 0 before the first.',
      (generation?.at ?? 0) / 1000,
    ),
    ...failures(state),
    ...holds(state),
  ]
}

function failures(state: AgentState): readonly MetricFamily[] {
  const { fault, pollFault, probeFault, outcome, disk = [], configuration } = state
  const isApplied = !/^(?:rejected|rolled-back|deferred)$/.test(outcome?.kind ?? '')
  return [
    flag('round_failed', '1 while the last round failed.', fault !== undefined),
    flag('poll_failed', '1 while the last poll of HAProxy failed.', pollFault !== undefined),
    flag('probe_failed', '1 while the probe through HAProxy fails.', probeFault !== undefined),
    flag(
      'not_applied',
      '1 while the last attempt to apply is rejected, rolled back or deferred.',
      !isApplied,
    ),
    gauge('disk_refused_files', 'Files of the agent that the disk refuses.', disk.length),
    flag(
      'configuration_refused',
      '1 while the newest configuration file is invalid and the previous one is in use.',
      configuration.refused !== undefined,
    ),
  ]
}

function holds(state: AgentState): readonly MetricFamily[] {
  return [
    flag('frozen', '1 while changes are not applied.', state.mode === 'frozen'),
    gauge('held_removals', 'Held removals.', heldRemovals(state)),
    flag(
      'configuration_held',
      '1 while a change of the agent’s own configuration is held.',
      state.heldChange !== undefined,
    ),
    gauge(
      'unprinted_pools',
      'Pools that the template prints nowhere.',
      state.unprinted?.length ?? 0,
    ),
  ]
}

/** Removals that wait, by Serf's word or by a change of the configuration. */
function heldRemovals({ held, heldChange }: AgentState): number {
  return (held?.removals.length ?? 0) + (heldChange?.removals.length ?? 0)
}

function clusterNow({ members, quarantined, pools }: AgentState): readonly MetricFamily[] {
  const servers = pools.flatMap(({ name, servers }) =>
    tally(servers.map(({ health }) => health ?? 'unknown')).map(([health, value]) => ({
      labels: { pool: name, health },
      value,
    })),
  )
  return [
    gauge(
      'members',
      'Members by status in Serf.',
      counted(
        'status',
        members.map(each => each.status),
      ),
    ),
    gauge(
      'standings',
      'Members by standing.',
      counted(
        'standing',
        members.map(each => each.standing),
      ),
    ),
    gauge(
      'suspects',
      'Members that do not answer probes.',
      members.filter(({ suspect }) => suspect).length,
    ),
    gauge(
      'quarantined_members',
      'Members that a pool selects and cannot take.',
      new Set(quarantined.map(({ member }) => member)).size,
    ),
    gauge('servers', 'Servers of a pool by health in HAProxy.', servers),
  ]
}

function ofProcess({ residentBytes, cpuSeconds }: ProcessUse): readonly MetricFamily[] {
  return [
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the agent.',
      type: 'gauge',
      samples: [{ value: residentBytes }],
    },
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the agent.',
      type: 'counter',
      samples: [{ value: cpuSeconds }],
    },
  ]
}

function counter(name: string, help: string, value: number | readonly Sample[]): MetricFamily {
  return { name: `serf_haproxy_${name}_total`, help, type: 'counter', samples: samplesOf(value) }
}

function gauge(name: string, help: string, value: number | readonly Sample[]): MetricFamily {
  return { name: `serf_haproxy_${name}`, help, type: 'gauge', samples: samplesOf(value) }
}

function flag(name: string, help: string, isSet: boolean): MetricFamily {
  return gauge(name, help, Number(isSet))
}

function samplesOf(value: number | readonly Sample[]): readonly Sample[] {
  return typeof value === 'number' ? [{ value }] : value
}

function by(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

function counted(label: string, words: readonly string[]): readonly Sample[] {
  return tally(words).map(([word, value]) => ({ labels: { [label]: word }, value }))
}

function tally(words: readonly string[]): readonly [string, number][] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
