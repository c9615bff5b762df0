import type { AgentState } from '../state/agent-state.js'

/** Health of the agent, with the reasons for `degraded`. */
export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly reasons: readonly string[]
}

/** Readiness: HAProxy follows the cluster, or the reasons why it does not. */
export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
}

/**
 * Returns all conditions that need attention. A restart of the agent fixes none
 * of them, so `/health` answers 200 in any case.
 */
export function healthOf(state: AgentState): Health {
  const reasons = [...missing(state), ...refused(state), ...waiting(state)]
  return { status: reasons.length === 0 ? 'ok' : 'degraded', reasons }
}

/** Returns the conditions that keep HAProxy from following the cluster; `/ready` answers 503 for any. */
export function readinessOf(state: AgentState): Readiness {
  const neverApplied =
    state.generation === undefined && state.outcome?.kind !== 'unchanged'
      ? ['no configuration is applied yet']
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
      ? [`HAProxy rejects the configuration: ${firstLine(outcome.report)}`]
      : []),
    ...(outcome?.kind === 'rolled-back' || outcome?.kind === 'deferred'
      ? [`the last attempt was ${outcome.kind}: ${outcome.cause}`]
      : []),
    ...(configuration.refused === undefined
      ? []
      : [`the agent's configuration is invalid: ${firstLine(configuration.refused)}`]),
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

/** Returns the first line with an error: HAProxy's output begins with notices about its version. */
function firstLine(text: string): string {
  const lines = text.trim().split('\n')
  return lines.find(line => !line.startsWith('[NOTICE]')) ?? lines[0] ?? ''
}
