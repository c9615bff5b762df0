import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { Counters } from './counters.js'
import type { HistogramState } from './histogram.js'
import type { MemberState } from './member-state.js'
import type { OperatorDrain } from './operator-drain.js'
import type { PoolState } from './pool-state.js'
import type { RefusedFile } from './refused-file.js'

export type { MemberState } from './member-state.js'
export type { PoolState, ServerState } from './pool-state.js'
export type { Standing } from './standing.js'

/** Everything that the agent knows and has done, as plain JSON data. Times are milliseconds since the epoch. */
export interface AgentState {
  /** This package's version. */
  readonly version: string
  /** Start of the agent. */
  readonly startedAt: number
  /** Connection to the Serf agent. */
  readonly serf: SerfState
  /** Last status of HAProxy. */
  readonly haproxy: HaproxyState
  /** `following` applies changes, `frozen` does not; with `held`, removals wait to be accepted. */
  readonly mode: 'following' | 'frozen' | 'held'
  /** Present while the agent is frozen. */
  readonly frozen?: Frozen
  /** Members that an operator drains; absent without any. */
  readonly drained?: readonly OperatorDrain[]
  /** Removals held by the guard against mass changes. */
  readonly held?: Held
  /** A change of the agent's own configuration that the guard holds; the one before stays in use. */
  readonly heldChange?: Held
  /** Members in Serf, and members that served and are no longer there. */
  readonly members: readonly MemberState[]
  /** Members that a pool selects and cannot take, with the reason. */
  readonly quarantined: readonly Quarantined[]
  /** Pools that the template prints nowhere: their members get no traffic. */
  readonly unprinted?: readonly string[]
  /** Pools of the newest decision, with their last status in HAProxy. */
  readonly pools: readonly PoolState[]
  /** The newest generation that HAProxy runs; undefined before the first. */
  readonly generation?: AppliedGeneration
  /** Outcome of the last attempt to apply; undefined before the first. */
  readonly outcome?: Outcome
  /** The error of the last round, which keeps HAProxy from following; absent if it did not fail. */
  readonly fault?: { readonly at: number; readonly error: string }
  /** The newest error of polling HAProxy; absent after a poll that did not fail. */
  readonly pollFault?: { readonly at: number; readonly error: string }
  /** The newest problem of the probe through HAProxy, since `at`; absent while it passes. */
  readonly probeFault?: { readonly at: number; readonly error: string }
  /** Files that the disk refuses now, each since `at`; absent while it refuses none. */
  readonly disk?: readonly RefusedFile[]
  /** Configuration that the agent uses. */
  readonly configuration: ConfigurationState
  /** Counts since the agent started. */
  readonly counters: Counters
  /** Time from the report of a change until HAProxy ran it; bounds in milliseconds. */
  readonly latency: HistogramState
}

/** The connection to the Serf agent. */
export interface SerfState {
  /** `ADDRESS:PORT` of its RPC listener. */
  readonly address: string
  /** True while the Serf agent answers. */
  readonly connected: boolean
  /** Reason why the Serf agent is unreachable, if it is. */
  readonly error?: string
  /** Source of changes: the log within milliseconds, or the event stream 1 to 3 seconds late. */
  readonly changeSource?: 'log' | 'events'
  /** Time of the last read of the members. */
  readonly readAt?: number
}

/** The last status of HAProxy. */
export interface HaproxyState {
  /** True if HAProxy answered the last request. */
  readonly reachable: boolean
  /** Reason why HAProxy is unreachable, if it is. */
  readonly error?: string
  /** Version of HAProxy, as it prints it. */
  readonly version?: string
  /** Process id of the current worker. */
  readonly pid?: number
  /** Old workers that finish their sessions. */
  readonly oldWorkers?: number
  /** Time of the last request. */
  readonly seenAt?: number
}

/** Start and reason of a freeze. */
export interface Frozen {
  /** Start of the freeze. */
  readonly since: number
  /** Reason that the operator gave. */
  readonly reason?: string
  /** Set if this balancer gave its traffic to another one. */
  readonly isReleased?: boolean
  /** The generation that a rollback pinned. */
  readonly generation?: number
}

/** Removals that wait until they are accepted, or until the members are back. */
export interface Held {
  /** Time of the first removal that is held. */
  readonly since: number
  /** Rule of the guard that holds them, in words. */
  readonly reason: string
  /** Servers that would be removed, by pool and member. */
  readonly removals: readonly { readonly pool: string; readonly member: string }[]
}

/** A generation that HAProxy runs. */
export interface AppliedGeneration {
  /** Number of the generation, from 1. */
  readonly number: number
  /** Time of its application. */
  readonly at: number
  /** Cause of the change, in words. */
  readonly cause: string
  /** `adopted` if HAProxy already ran it. */
  readonly via: 'runtime' | 'reload' | 'adopted'
  /** Time until HAProxy had it, in milliseconds. */
  readonly tookMs: number
}

/** The agent's own configuration. */
interface ConfigurationState {
  /** Path of the file; undefined for a configuration without a file. */
  readonly file?: string
  /** Time at which it was read. */
  readonly loadedAt: number
  /** Error of the newest file, if it is invalid; the previous configuration stays in use. */
  readonly refused?: string
}
