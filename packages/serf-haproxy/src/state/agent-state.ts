import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { Counters } from './counters.js'
import type { HistogramState } from './histogram.js'
import type { RefusedFile } from './refused-file.js'
import type { Standing } from './standing.js'

export type { Standing } from './standing.js'

/** Everything that the agent knows and has done, as plain JSON data. Times are milliseconds since the epoch. */
export interface AgentState {
  /** This package's version. */
  readonly version: string
  readonly startedAt: number
  readonly serf: SerfState
  readonly haproxy: HaproxyState
  /** `following` applies changes, `frozen` does not; with `held`, removals wait to be accepted. */
  readonly mode: 'following' | 'frozen' | 'held'
  /** Present while the agent is frozen. */
  readonly frozen?: Frozen
  /** Removals held by the guard against mass changes. */
  readonly held?: Held
  /** A change of the agent's own configuration that the guard holds; the one before stays in use. */
  readonly heldChange?: Held
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
  readonly configuration: ConfigurationState
  readonly counters: Counters
  /** Time from the report of a change until HAProxy ran it; bounds in milliseconds. */
  readonly latency: HistogramState
}

/** The connection to the Serf agent. */
export interface SerfState {
  /** `ADDRESS:PORT` of its RPC listener. */
  readonly address: string
  readonly connected: boolean
  readonly error?: string
  /** Source of changes: the log within milliseconds, or the event stream 1 to 3 seconds late. */
  readonly changeSource?: 'log' | 'events'
  /** Time of the last read of the members. */
  readonly readAt?: number
}

/** The last status of HAProxy. */
export interface HaproxyState {
  readonly reachable: boolean
  readonly error?: string
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
  readonly since: number
  readonly reason?: string
  /** The generation that a rollback pinned. */
  readonly generation?: number
}

/** Removals that wait until they are accepted, or until the members are back. */
export interface Held {
  readonly since: number
  readonly reason: string
  readonly removals: readonly { readonly pool: string; readonly member: string }[]
}

/** One member of the cluster. Names and tags are untrusted text. */
export interface MemberState {
  readonly name: string
  readonly address: string
  /** Status in Serf; `absent` for a member that served and is no longer in Serf. */
  readonly status: 'none' | 'alive' | 'leaving' | 'left' | 'failed' | 'absent'
  readonly suspect: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly pools: readonly string[]
  readonly standing: Standing
  /** The reason, in words, on one line. */
  readonly reason: string
  /**
   * The rule that decided on the standing; undefined before the first decision.
   *
   * - `serf-connection`: the Serf agent cannot be asked, so nothing changes
   * - `serf-status`: the status in Serf
   * - `suspicion`: no answer to a probe of the Serf agent
   * - `health`: HAProxy's own check
   * - `grace`: the grace time of a failed member
   * - `user-policy`: the policy module of the configuration
   * - `damping`: too many changes in a short time
   * - `guard`: the guard against mass changes
   * - `last-healthy`: no other server of its pool is healthy in HAProxy
   * - `selection`: the conditions of the pools
   * - `fitness`: a value that a pool, or HAProxy, does not accept
   */
  readonly decidedBy?:
    | 'serf-connection'
    | 'serf-status'
    | 'suspicion'
    | 'health'
    | 'grace'
    | 'user-policy'
    | 'damping'
    | 'guard'
    | 'last-healthy'
    | 'selection'
    | 'fitness'
  /** The reason why a guard keeps the member as it is. */
  readonly guard?: string
}

/** One pool. */
export interface PoolState {
  readonly name: string
  readonly servers: readonly ServerState[]
}

/** One server: the decision, and its last status in HAProxy. */
export interface ServerState {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly weight: number
  /** Weight in HAProxy, as its status: 0 while it gets no new client. */
  readonly currentWeight?: number
  readonly health?: 'up' | 'down'
  /** Status in HAProxy: `UP`, `DOWN`, `DRAIN`, `MAINT`, … */
  readonly status?: string
  /** Current sessions. */
  readonly sessions?: number
  /** Queued requests or connections. */
  readonly queued?: number
  /** Sessions since the worker started. */
  readonly totalSessions?: number
  /** Failed connections to it. */
  readonly connectionErrors?: number
  /** Aborted or invalid responses. */
  readonly responseErrors?: number
  /** Its responses with a status of 500 or above. */
  readonly serverErrors?: number
  /** Result of its last health check, such as `L7OK`; empty before the first, or without checks. */
  readonly check?: string
}

/** A generation that HAProxy runs. */
export interface AppliedGeneration {
  readonly number: number
  readonly at: number
  /** Cause of the change, in words. */
  readonly cause: string
  /** `adopted` if HAProxy already ran it. */
  readonly via: 'runtime' | 'reload' | 'adopted'
  readonly tookMs: number
}

/** The agent's own configuration. */
interface ConfigurationState {
  /** Path of the file; undefined for a configuration without a file. */
  readonly file?: string
  readonly loadedAt: number
  /** Error of the newest file, if it is invalid; the previous configuration stays in use. */
  readonly refused?: string
}
