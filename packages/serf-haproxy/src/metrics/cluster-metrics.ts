import type { AgentState, PoolState } from '../state/agent-state.js'
import type { MetricFamily } from './exposition.js'
import { counted, gauge, tally } from './metric-family.js'

/** Returns the counts of members, pools and servers. */
export function clusterMetrics({
  members,
  quarantined,
  pools,
}: AgentState): readonly MetricFamily[] {
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
    ...poolMetrics(pools),
  ]
}

function poolMetrics(pools: readonly PoolState[]): readonly MetricFamily[] {
  const byHealth = pools.flatMap(({ name, servers }) =>
    tally(servers.map(({ health }) => health ?? 'unknown')).map(([health, value]) => ({
      labels: { pool: name, health },
      value,
    })),
  )
  // A pool that only a list prints has no status in HAProxy, which is not a pool that is down.
  const seen = pools.filter(({ servers }) => servers.some(({ health }) => health !== undefined))
  return [
    gauge('servers', 'Servers of a pool by health in HAProxy.', byHealth),
    gauge(
      'pool_servers',
      'Servers of a pool; 0 for an empty pool.',
      pools.map(({ name, servers }) => ({ labels: { pool: name }, value: servers.length })),
    ),
    gauge(
      'pool_servers_up',
      'Servers of a pool that HAProxy finds up; absent while HAProxy knows none of them.',
      seen.map(({ name, servers }) => ({
        labels: { pool: name },
        value: servers.filter(({ health }) => health === 'up').length,
      })),
    ),
  ]
}
