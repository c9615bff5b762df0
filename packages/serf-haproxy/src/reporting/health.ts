import type { AgentState } from '../state/agent-state.js'

/** Whether all is as it should be, and what is not. */
export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly reasons: readonly string[]
}

/** Whether HAProxy can be relied on to follow the cluster, and why not. */
export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
}

/**
 * Everything that somebody should look at. Starting the agent anew would mend
 * none of it, so that `/health` answers 200 in any case.
 */
export function healthOf(state: AgentState): Health {
  const reasons = [...missing(state), ...refused(state), ...waiting(state)]
  return { status: reasons.length === 0 ? 'ok' : 'degraded', reasons }
}

/** What keeps HAProxy from following the cluster; `/ready` answers 503 where there is something. */
export function readinessOf(state: AgentState): Readiness {
  const neverApplied =
    state.generation === undefined && state.outcome?.kind !== 'unchanged'
      ? ['no configuration was applied yet']
      : []
  const reasons = [...missing(state), ...neverApplied]
  return { ready: reasons.length === 0, reasons }
}

function missing({ serf, haproxy }: AgentState): readonly string[] {
  return [
    ...(serf.connected
      ? []
      : [`the Serf agent at ${serf.address} does not answer: ${serf.error ?? 'not asked yet'}`]),
    ...(haproxy.reachable ? [] : [`HAProxy does not answer: ${haproxy.error ?? 'not asked yet'}`]),
  ]
}

function refused({ outcome, configuration }: AgentState): readonly string[] {
  return [
    ...(outcome?.kind === 'rejected'
      ? [`HAProxy refuses the configuration: ${firstLine(outcome.report)}`]
      : []),
    ...(outcome?.kind === 'rolled-back' || outcome?.kind === 'deferred'
      ? [`the last attempt was ${outcome.kind}: ${outcome.cause}`]
      : []),
    ...(configuration.refused === undefined
      ? []
      : [`the agent's configuration is wrong: ${firstLine(configuration.refused)}`]),
  ]
}

function waiting({ mode, frozen, held, quarantined }: AgentState): readonly string[] {
  const left = new Set(quarantined.map(({ member }) => member)).size
  return [
    ...(mode === 'frozen' ? [`frozen${frozen?.reason ? `: ${frozen.reason}` : ''}`] : []),
    ...(held ? [`${held.removals.length} removals are held: ${held.reason}`] : []),
    ...(left > 0 ? [`${left} members are quarantined`] : []),
  ]
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
