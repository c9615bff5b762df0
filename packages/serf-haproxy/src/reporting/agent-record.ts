import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { Membership } from 'serf-events'
import type { Observation, SeenServer } from '../haproxy/observe-haproxy.js'
import type { Rendering } from '../rendering/rendering.js'
import type { AppliedGeneration, Frozen, Held } from '../state/agent-state.js'
import { noDrains, type OperatorDrains } from '../state/operator-drain.js'
import type { RefusedFile } from '../state/refused-file.js'
import { noCounts, type Counters } from '../state/counters.js'
import { emptyHistogram, type HistogramState } from '../state/histogram.js'
import { noStates, type StatedMembers } from './member-states.js'
import { TimesOfMembers } from './member-times.js'

/**
 * Everything that the agent knows and has done, as immutable data. `reduceRecord` makes the next
 * one. The states of the members are those of the newest decision.
 */
export interface AgentRecord extends StatedMembers {
  /** The newest snapshot of the members; undefined before the first. */
  readonly membership: Membership | undefined
  /** True after the Serf agent answered once. */
  readonly wasConnected: boolean
  /** States of the members when HAProxy was last found to run what was decided. */
  readonly reachedStates: StatedMembers['memberStates']
  readonly times: TimesOfMembers
  /** The newest rendering; undefined before the first decision. */
  readonly rendering: Rendering | undefined
  /** Members without a place in a pool that selects them. The same array while it is equal. */
  readonly quarantined: readonly Quarantined[]
  /** Held removals. Its `removals` are the same array while they are equal. */
  readonly held: Held | undefined
  /** A held change of the agent's own configuration. The same object while it is equal. */
  readonly heldChange: Held | undefined
  /** The freeze that an operator asked for. */
  readonly frozen: Frozen | undefined
  /** Time since which another balancer has the traffic, until this agent ends. */
  readonly releasedAt: number | undefined
  /** Members that an operator drains. */
  readonly drained: OperatorDrains
  /** The newest status report of HAProxy. */
  readonly observation: Observation<SeenServer> | undefined
  /** Outcome of the last attempt to apply. The same object while it is equal. */
  readonly outcome: Outcome | undefined
  /** The newest generation that HAProxy runs. */
  readonly generation: AppliedGeneration | undefined
  /** The error of the last round; undefined if it did not fail. */
  readonly fault: Fault | undefined
  /** The newest error of a poll of HAProxy; undefined after a poll that did not fail. */
  readonly pollFault: Fault | undefined
  /** The newest problem of the probe through HAProxy; undefined while it passes. */
  readonly probeFault: Fault | undefined
  /** Files that the disk refuses now. The same array while it is equal. */
  readonly disk: readonly RefusedFile[]
  readonly counters: Counters
  /** Durations from the report of a change until HAProxy ran it. */
  readonly latency: HistogramState
}

/** An error, and the time of its first occurrence in a row. */
interface Fault {
  readonly at: number
  readonly error: string
}

/** Returns why changes are not applied: the freeze of an operator, or the release of this balancer. */
export function frozenOf({
  frozen,
  releasedAt,
}: Pick<AgentRecord, 'frozen' | 'releasedAt'>): Frozen | undefined {
  if (releasedAt === undefined) return frozen
  return { since: releasedAt, reason: 'released', isReleased: true }
}

/** Returns the parts of the record that the next agent has to know. */
export function keptOf({ frozen, drained }: AgentRecord): Pick<AgentRecord, 'frozen' | 'drained'> {
  return { frozen, drained }
}

/** Removals while none are held. */
export const noRemovals: Held['removals'] = []

/** The record of an agent that has just started. */
export const emptyRecord: AgentRecord = {
  membership: undefined,
  wasConnected: false,
  ...noStates,
  reachedStates: noStates.memberStates,
  times: new TimesOfMembers(),
  rendering: undefined,
  quarantined: [],
  held: undefined,
  heldChange: undefined,
  frozen: undefined,
  releasedAt: undefined,
  drained: noDrains,
  observation: undefined,
  outcome: undefined,
  generation: undefined,
  fault: undefined,
  pollFault: undefined,
  probeFault: undefined,
  disk: [],
  counters: noCounts,
  latency: emptyHistogram,
}
