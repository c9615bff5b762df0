import { plural, verb } from 'command-line-program'
import { printableName, printableText } from '../printable-name.js'
import { diskText } from './refused-files.js'
import type { AgentState } from '../state/agent-state.js'

/** Health of the agent, with the reasons for `degraded`. */
export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly reasons: readonly string[]
}

/** Readiness: HAProxy follows the cluster, or the reasons why it does not; and everything that waits. */
export interface Readiness {
  readonly ready: boolean
  readonly reasons: readonly string[]
}

/**
 * Returns all conditions that need attention. A restart of the agent fixes none
 * of them, so `/health` answers 200 in any case.
 */
export function healthOf(state: AgentState): Health {
  const reasons = [
    ...missing(state),
    ...failing(state),
    ...refused(state),
    ...unwritten(state),
    ...probed(state),
    ...waiting(state),
  ]
  return { status: reasons.length === 0 ? 'ok' : 'degraded', reasons }
}

/**
 * Returns the conditions that keep HAProxy from following the cluster; `/ready` answers 503
 * for any. A freeze, what the guard holds, what the disk refuses and a refused configuration
 * are among the reasons, and by themselves leave the agent ready.
 */
export function readinessOf(state: AgentState): Readiness {
  const neverApplied =
    state.generation === undefined && state.outcome?.kind !== 'unchanged'
      ? ['no configuration is applied yet']
      : []
  const released = state.frozen?.isReleased ? ['released: another balancer has the traffic'] : []
  const reasons = [...missing(state), ...failing(state), ...neverApplied, ...released]
  // These keep nothing from following: the configuration before is in use.
  const aside = [...invalid(state), ...unwritten(state), ...frozenBy(state), ...heldBack(state)]
  return { ready: reasons.length === 0, reasons: [...reasons, ...aside] }
}

function missing({ serf, haproxy }: AgentState): readonly string[] {
  return [
    ...(serf.connected
      ? []
      : [`the Serf agent at ${serf.address} does not answer: ${serf.error ?? 'not asked yet'}`]),
    ...(haproxy.reachable ? [] : [`HAProxy does not answer: ${haproxy.error ?? 'not asked yet'}`]),
  ]
}

/** The round that failed last; an attempt before it says nothing about the present. */
function failing({ fault, pollFault }: AgentState): readonly string[] {
  return [
    ...(fault ? [`the last round failed: ${firstLine(fault.error)}`] : []),
    ...(pollFault ? [`the last poll of HAProxy failed: ${firstLine(pollFault.error)}`] : []),
  ]
}

/** The files that the disk refuses: the agent follows without them, and a restart would lose their content. */
function unwritten({ disk = [] }: AgentState): readonly string[] {
  return disk.map(diskText)
}

function probed({ probeFault }: AgentState): readonly string[] {
  return probeFault ? [`the probe through HAProxy fails: ${firstLine(probeFault.error)}`] : []
}

/**
 * Returns the pools of which HAProxy's checks find no server up; an unknown health is none of
 * these. It is a condition of the applications, and the agent is well.
 */
export function poolsWithoutServers({ pools }: AgentState): readonly string[] {
  const down = pools.filter(
    ({ servers }) => servers.length > 0 && servers.every(({ health }) => health === 'down'),
  )
  return down.map(
    ({ name, servers }) =>
      `pool ${printableName(name)} has no server up: ${plural(servers.length, 'server')} ${verb(servers.length, 'is', 'are')} down`,
  )
}

function refused(state: AgentState): readonly string[] {
  const outcome = state.fault ? undefined : state.outcome
  return [
    ...(outcome?.kind === 'rejected'
      ? [`HAProxy rejects the configuration: ${firstLine(outcome.report)}`]
      : []),
    ...(outcome?.kind === 'rolled-back' || outcome?.kind === 'deferred'
      ? [`the last attempt was ${outcome.kind}: ${outcome.cause}`]
      : []),
    ...invalid(state),
  ]
}

function invalid({ configuration: { refused: error } }: AgentState): readonly string[] {
  return error === undefined ? [] : [`the agent's configuration is invalid: ${firstLine(error)}`]
}

function frozenBy({ mode, frozen }: AgentState): readonly string[] {
  return mode === 'frozen' ? [`frozen${frozen?.reason ? `: ${frozen.reason}` : ''}`] : []
}

/** Everything that the guard holds. */
function heldBack({ held, heldChange }: AgentState): readonly string[] {
  return [
    ...(held
      ? [
          `${plural(held.removals.length, 'removal')} ${verb(held.removals.length, 'is', 'are')} held: ${held.reason}`,
        ]
      : []),
    ...(heldChange ? [`a change of the configuration is held: ${heldChange.reason}`] : []),
  ]
}

function waiting(state: AgentState): readonly string[] {
  const { quarantined, unprinted = [] } = state
  return [
    ...frozenBy(state),
    ...heldBack(state),
    ...unprinted.map(
      pool => `the template prints pool ${pool} nowhere: its members get no traffic`,
    ),
    ...leftOut(quarantined),
  ]
}

/** Most members that a reason names; `serf-haproxy members` lists all. */
const mostNamed = 5
const longestFinding = 150

/** Names the first members that are left out, each with its pool and the reason. */
function leftOut(quarantined: AgentState['quarantined']): readonly string[] {
  const first = new Map(quarantined.toReversed().map(each => [each.member, each]))
  if (first.size === 0) return []
  const names = [...first.keys()].toSorted()
  const shown = names.slice(0, mostNamed).flatMap(name => {
    const { pool = '', reason = '' } = first.get(name) ?? {}
    return `${printableName(name)} (${printableName(pool)}: ${printableText(reason, longestFinding)})`
  })
  const rest = names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : []
  const count = `${plural(names.length, 'member')} ${verb(names.length, 'is', 'are')} quarantined`
  return [`${count}: ${[...shown, ...rest].join(', ')}`]
}

/** Returns the first line with an error: HAProxy's output begins with notices about its version. */
function firstLine(text: string): string {
  const lines = text.trim().split('\n')
  return lines.find(line => !line.startsWith('[NOTICE]')) ?? lines[0] ?? ''
}
