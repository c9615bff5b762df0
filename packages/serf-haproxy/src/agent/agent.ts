import type { Generation, KeptGeneration, Outcome } from 'haproxy-reloader'
import type { AgentAction } from '../state/agent-event.js'
import type { AgentState } from '../state/agent-state.js'
import type { DiskPlace } from '../state/refused-file.js'
import type { Release, ReleaseStep } from '../balancers/release.js'
import type { Configuration } from '../configuration/schema.js'
import type { Explanation } from '../state/explanation.js'
import type { PlannedChange } from '../rendering/planned-change.js'
import type { TrafficState } from '../state/traffic-state.js'
import type { Timeline } from '../reporting/timeline.js'

/** An agent that keeps one HAProxy in sync with one Serf cluster. */
export interface Agent {
  /**
   * Runs until `signal` aborts; HAProxy then keeps its configuration.
   *
   * @throws AgentError `locked` if another agent manages this HAProxy,
   * `state-folder`, `configuration`; RenderError if the template is invalid.
   */
  run(options: { signal: AbortSignal }): Promise<void>
  /** Returns everything that the agent knows and has done. */
  state(): AgentState
  /** Returns the traffic of the last hour. */
  traffic(): TrafficState
  /** Returns the number of rounds that ended, failed ones included. It grows while the loop is alive. */
  rounds(): number
  /**
   * Polls HAProxy for status more often while a client is watching, until the
   * result is disposed. Nothing else changes the interval.
   */
  watching(): Disposable
  /** The newest events, and future ones. */
  readonly events: Timeline
  /** Explains the state of a member; an unknown name is explained too. */
  explain(member: string): Explanation
  /**
   * Stops applying changes until `thaw`, across restarts. Resolves when the
   * freeze is on disk.
   *
   * @throws AgentError `state-folder` if the disk refuses it; the agent is frozen until its end
   */
  freeze(reason?: string): Promise<void>
  /**
   * Applies changes again, immediately. Resolves when that is on disk.
   *
   * @throws AgentError `state-folder` if the disk refuses it; the next start is frozen
   */
  thaw(): Promise<void>
  /** Reports that the disk refuses a file, or takes it again: it is a reason of `/health`. */
  reportDisk(place: DiskPlace, error: Error | undefined): void
  /**
   * Drains one member until `undrain`, across restarts: its servers finish their sessions. The
   * last healthy server of a pool keeps its traffic. Resolves when the drain is on disk, with
   * false for an unknown member.
   *
   * @throws AgentError `state-folder` if the disk refuses it; the drain ends with the agent
   */
  drain(member: string, reason?: string): Promise<boolean>
  /** Ends a drain by `drain`, with the same errors. Resolves with false if there is none. */
  undrain(member: string): Promise<boolean>
  /** Reports an action that an operator asked for: it becomes an entry of the timeline and of the log. */
  reportAction(action: AgentAction): void
  /**
   * Gives the traffic to another balancer, until the agent ends. Returns undefined, and
   * changes nothing, if no other balancer is alive.
   */
  release(step: ReleaseStep): Release | undefined
  /** Carries out the held removals, and a held change of the configuration. Returns false if there are none. */
  acceptRemovals(): boolean
  /** Reads the members immediately. */
  refresh(): void
  /**
   * Validates another configuration, and uses it from then on: loads template and
   * policy, and has HAProxy check the rendering of the current members. The
   * previous one stays in use if it is rejected, and while the guard holds it
   * because it would take away too many servers.
   *
   * @param load - returns the configuration, or throws the reason for its rejection
   * @returns why it is rejected or held; undefined if it is in use
   */
  configure(load: () => Configuration): Promise<string | undefined>
  /**
   * Returns the change that the newest decision makes to HAProxy, also while
   * that is not applied. Reads HAProxy, and changes nothing.
   *
   * @throws AgentError `not-running`, also before the first decision
   */
  plan(): Promise<PlannedChange>
  /** Returns the kept generations, oldest first. These four methods need a running agent. */
  generations(): Promise<readonly Generation[]>
  /** Returns one generation. @throws ReloadError `unknown-generation` or `broken-generation`. */
  generation(number: number): Promise<KeptGeneration>
  /** Returns the unified diff between the texts of two generations. */
  diff(from: number, to: number): Promise<string>
  /**
   * Applies a generation again, and freezes the agent until `thaw`. If HAProxy
   * rejects it, the agent continues as before.
   */
  rollback(number: number): Promise<Outcome>
}
