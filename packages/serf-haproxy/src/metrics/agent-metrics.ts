import type { AgentState } from '../state/agent-state.js'
import { clusterMetrics } from './cluster-metrics.js'
import type { MetricFamily } from './exposition.js'
import { processMetrics, type ProcessUse } from './process-metrics.js'
import { stateMetrics } from './state-metrics.js'
import { workMetrics } from './work-metrics.js'

/** Returns the agent's state as Prometheus metrics, in base units. */
export function agentMetrics(state: AgentState, use: ProcessUse): readonly MetricFamily[] {
  return [
    ...workMetrics(state),
    ...stateMetrics(state),
    ...clusterMetrics(state),
    ...processMetrics(use),
  ]
}
