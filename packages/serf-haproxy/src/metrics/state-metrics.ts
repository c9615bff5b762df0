import { readinessOf } from '../reporting/health.js'
import type { AgentState } from '../state/agent-state.js'
import type { MetricFamily } from './exposition.js'
import { flag, gauge } from './metric-family.js'

/** Returns the present state of the agent, of Serf and of HAProxy. */
export function stateMetrics(state: AgentState): readonly MetricFamily[] {
  const { serf, haproxy, generation } = state
  const info = { version: state.version, haproxy_version: haproxy.version ?? '' }
  return [
    gauge('build_info', 'Versions, as labels of a constant 1.', [{ labels: info, value: 1 }]),
    gauge('start_time_seconds', 'Start time of the agent.', state.startedAt / 1000),
    flag(
      'ready',
      '1 while /ready answers 200: HAProxy follows the cluster.',
      readinessOf(state).ready,
    ),
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
