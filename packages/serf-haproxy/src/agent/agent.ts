import type { Generation, KeptGeneration, Outcome } from 'haproxy-reloader'
import type { AgentState } from '../state/agent-state.js'
import type { Configuration } from '../configuration/schema.js'
import type { Explanation } from '../state/explanation.js'
import type { Timeline } from '../reporting/timeline.js'

/** One agent: it keeps one HAProxy equal to one Serf cluster. */
export interface Agent {
  /**
   * Works until `signal` aborts; HAProxy then goes on as it is.
   *
   * @throws AgentError `locked` where another agent keeps this HAProxy,
   * `state-folder`, `configuration`; RenderError where the template is wrong.
   */
  run(options: { signal: AbortSignal }): Promise<void>
  /** What the agent knows and has done. */
  state(): AgentState
  /** What has happened lately, and what happens. */
  readonly events: Timeline
  /** Why a member is, or is not, where it is; a name that nobody knows is explained too. */
  explain(member: string): Explanation
  /**
   * From now on changes are only watched, until `thaw`, over restarts too.
   * Resolves when it is on disk: who is killed then comes back frozen.
   */
  freeze(reason?: string): Promise<void>
  /** Changes are applied again, at once. Resolves when that is on disk. */
  thaw(): Promise<void>
  /** Removals that are held now are carried out. False where none are. */
  acceptRemovals(): boolean
  /** Somebody else noticed a change: the members are read at once. */
  refresh(): void
  /**
   * Goes on with another configuration, which is tried out first: template and
   * own policy are loaded, and HAProxy checks what they make of the present
   * members. The old one goes on where it is refused.
   *
   * @param load - gives the configuration; where it throws, that is the refusal
   * @returns why it is refused; undefined where it is taken
   */
  configure(load: () => Configuration): Promise<string | undefined>
  /** The generations that are kept, the oldest first. These four want a running agent. */
  generations(): Promise<readonly Generation[]>
  /** @throws ReloadError `unknown-generation` or `broken-generation`. */
  generation(number: number): Promise<KeptGeneration>
  /** What leads from one generation's text to another's, as `diff -u` writes it. */
  diff(from: number, to: number): Promise<string>
  /**
   * Applies a generation again, and pins it: the agent is frozen until `thaw`.
   * Where HAProxy does not take it, the agent goes on as before.
   */
  rollback(number: number): Promise<Outcome>
}
