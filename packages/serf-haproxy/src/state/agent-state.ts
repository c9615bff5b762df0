import type { Quarantined } from 'haproxy-config-render'
import type { Outcome } from 'haproxy-reloader'
import type { Counters } from './counters.js'
import type { HistogramState } from './histogram.js'

/** Everything that the agent knows and has done, as plain JSON data. Times are milliseconds since the epoch. */
export interface AgentState {
  /** This package's version. */
  readonly version: string
  readonly startedAt: number
  readonly serf: SerfState
  readonly haproxy: HaproxyState
  /** Whether changes are applied, only watched (`frozen`), or removals wait to be accepted (`held`). */
  readonly mode: 'following' | 'frozen' | 'held'
  /** Where the agent is frozen. */
  readonly frozen?: Frozen
  /** Removals that the guard against mass changes holds. */
  readonly held?: Held
  readonly members: readonly MemberState[]
  /** Members that a pool wants and cannot take, with the reason. */
  readonly quarantined: readonly Quarantined[]
  /** Pools as they were decided, with what HAProxy was last seen to make of them. */
  readonly pools: readonly PoolState[]
  /** The newest configuration that HAProxy runs; undefined before the first was applied. */
  readonly generation?: AppliedGeneration
  /** How the last attempt to apply ended; undefined before the first. */
  readonly outcome?: Outcome
  /** What keeps the newest decision from being applied, where something does. */
  readonly fault?: { readonly at: number; readonly error: string }
  readonly configuration: ConfigurationState
  readonly counters: Counters
  /** From the doorbell until HAProxy had the change; bounds in milliseconds. */
  readonly latency: HistogramState
}

/** The Serf agent, as it is seen from here. */
export interface SerfState {
  /** `ADDRESS:PORT` of its RPC listener. */
  readonly address: string
  readonly connected: boolean
  readonly error?: string
  /** What tells of changes: the log within milliseconds, or the event stream 1 to 3 seconds late. */
  readonly changeSource?: 'log' | 'events'
  /** When the members were read last. */
  readonly readAt?: number
}

/** HAProxy, as it was last seen. */
export interface HaproxyState {
  readonly reachable: boolean
  readonly error?: string
  readonly version?: string
  /** Process id of the worker that answers. */
  readonly pid?: number
  /** Workers that only finish their sessions. */
  readonly oldWorkers?: number
  /** When it was asked last. */
  readonly seenAt?: number
}

/** Since when and why nothing is applied. */
export interface Frozen {
  readonly since: number
  readonly reason?: string
  /** The generation that a rollback pinned. */
  readonly generation?: number
}

/** Removals that wait for a human, or for the members to come back. */
export interface Held {
  readonly since: number
  readonly reason: string
  readonly removals: readonly { readonly pool: string; readonly member: string }[]
}

/**
 * What a member's place is.
 *
 * | standing         | HAProxy                                               |
 * |------------------|-------------------------------------------------------|
 * | `serving`        | sends traffic there                                   |
 * | `draining`       | lets it finish: it leaves, or is suspect              |
 * | `kept-by-health` | sends traffic: Serf lost it, HAProxy finds it healthy |
 * | `held`           | keeps it: too many would go at once                   |
 * | `damped`         | lets it finish: it came and went too often            |
 * | `quarantined`    | has it not: a pool wants it, and it is not fit        |
 * | `not-selected`   | has it not: no pool wants it                          |
 * | `gone`           | has it not: it left or failed                         |
 */
export type Standing =
  | 'serving'
  | 'draining'
  | 'kept-by-health'
  | 'held'
  | 'damped'
  | 'quarantined'
  | 'not-selected'
  | 'gone'

/** One member of the cluster. Names and tags are the members' own words: hostile text. */
export interface MemberState {
  readonly name: string
  readonly address: string
  /** Serf's word; `absent` for a member that served and that Serf no longer tells of. */
  readonly status: 'none' | 'alive' | 'leaving' | 'left' | 'failed' | 'absent'
  readonly suspect: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly pools: readonly string[]
  readonly standing: Standing
  /** Why, in words, on one line. */
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
    | 'selection'
    | 'fitness'
  /** Why the guard against mass changes keeps the member as it is. */
  readonly guard?: string
}

/** One pool. */
export interface PoolState {
  readonly name: string
  readonly servers: readonly ServerState[]
}

/** One server: what was decided, and beside it what HAProxy was last seen to say. */
export interface ServerState {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly health?: 'up' | 'down'
  /** HAProxy's own word for its state: `UP`, `DOWN`, `DRAIN`, `MAINT`, … */
  readonly status?: string
  /** Sessions under way. */
  readonly sessions?: number
  /** Requests or connections that wait for it. */
  readonly queued?: number
  /** Sessions since the worker started. */
  readonly totalSessions?: number
  /** Connections to it that could not be made. */
  readonly connectionErrors?: number
  /** Answers that broke off, or were none. */
  readonly responseErrors?: number
  /** Answers of its own with a status from 500 on. */
  readonly serverErrors?: number
  /** What its last health check found, such as `L7OK`; empty where none has ended, or none is made. */
  readonly check?: string
}

/** A configuration that HAProxy took. */
export interface AppliedGeneration {
  readonly number: number
  readonly at: number
  /** What it was applied for, in words. */
  readonly cause: string
  /** `adopted` where HAProxy ran it already. */
  readonly via: 'runtime' | 'reload' | 'adopted'
  readonly tookMs: number
}

/** The agent's own configuration. */
export interface ConfigurationState {
  /** Path of the file; undefined where it was not read from one. */
  readonly file?: string
  readonly loadedAt: number
  /** Why the newest file is not used, where it is wrong: the one before goes on. */
  readonly refused?: string
}
