import type { AgentState } from '../state/agent-state.js'
import type { MetricFamily, Sample } from './exposition.js'

/** What the process itself uses. */
export interface ProcessUse {
  readonly residentBytes: number
  readonly cpuSeconds: number
}

/** The agent's state as Prometheus metrics: base units, and a name that ends in its unit. */
export function agentMetrics(state: AgentState, use: ProcessUse): readonly MetricFamily[] {
  return [...workDone(state), ...presentState(state), ...clusterNow(state), ...ofProcess(use)]
}

/** What this process uses now. */
export function processUse(): ProcessUse {
  const { user, system } = process.cpuUsage()
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 }
}

function workDone({ counters, latency }: AgentState): readonly MetricFamily[] {
  return [
    {
      name: 'serf_haproxy_change_to_applied_seconds',
      help: 'From the doorbell of a change until HAProxy had it.',
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
    counter('plans', 'Plans carried out, by kind.', by('kind', counters.plans)),
    counter('causes', 'Plans carried out, by what caused them.', by('cause', counters.causes)),
    counter('outcomes', 'Ends of attempts to apply.', by('outcome', counters.outcomes)),
    counter('reloads', 'Reloads of HAProxy.', counters.reloads),
    counter('drift', 'Changes by others that were put right.', counters.drift),
    counter('holds', 'Times that the guard began to hold removals.', counters.held),
    counter('damped', 'Times that a member began to be damped.', counters.damped),
    counter('rejoins', 'Times that Serf was asked to look for a member it lost.', counters.rejoins),
    counter('errors', 'Errors of a round.', counters.errors),
  ]
}

function presentState(state: AgentState): readonly MetricFamily[] {
  const { serf, haproxy, generation, configuration } = state
  const info = { version: state.version, haproxy_version: haproxy.version ?? '' }
  return [
    gauge('build_info', 'Versions, as labels of a constant 1.', [{ labels: info, value: 1 }]),
    gauge('start_time_seconds', 'When the agent started.', state.startedAt / 1000),
    gauge('serf_connected', 'Whether the Serf agent answers.', Number(serf.connected)),
    gauge('haproxy_reachable', 'Whether HAProxy answers.', Number(haproxy.reachable)),
    gauge('haproxy_old_workers', 'Workers that finish their sessions.', haproxy.oldWorkers ?? 0),
    gauge('frozen', 'Whether changes are only watched.', Number(state.mode === 'frozen')),
    gauge('held_removals', 'Removals that are held.', state.held?.removals.length ?? 0),
    gauge('generation', 'Number of the configuration that runs.', generation?.number ?? 0),
    gauge(
      'applied_timestamp_seconds',
      'When the newest configuration was applied; 0 before the first.',
      (generation?.at ?? 0) / 1000,
    ),
    gauge(
      'configuration_refused',
      'Whether the newest configuration file of the agent is wrong, and an older one in use.',
      Number(configuration.refused !== undefined),
    ),
  ]
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
      "Members by Serf's word.",
      counted(
        'status',
        members.map(each => each.status),
      ),
    ),
    gauge(
      'standings',
      "Members by the agent's decision.",
      counted(
        'standing',
        members.map(each => each.standing),
      ),
    ),
    gauge(
      'suspects',
      'Members that did not answer a probe.',
      members.filter(({ suspect }) => suspect).length,
    ),
    gauge(
      'quarantined_members',
      'Members that a pool wants and cannot take.',
      new Set(quarantined.map(({ member }) => member)).size,
    ),
    gauge('servers', "Servers of a pool by HAProxy's finding.", servers),
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
      help: 'Processor time that the agent has used.',
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
