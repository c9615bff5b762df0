import type { AgentState } from './agent-state.js'
import type { Explanation } from './explanation.js'
import type { Timeline } from './timeline.js'

/** One agent: it keeps one HAProxy equal to one Serf cluster. */
export interface Agent {
  /** Works until `signal` aborts; HAProxy then goes on as it is. */
  run(options: { signal: AbortSignal }): Promise<void>
  /** What the agent knows and has done. */
  state(): AgentState
  /** What has happened lately, and what happens. */
  readonly events: Timeline
  /** Why a member is, or is not, where it is; a name that nobody knows is explained too. */
  explain(member: string): Explanation
  /** From now on changes are only watched, until `thaw`, over restarts too. */
  freeze(reason?: string): void
  /** Changes are applied again, at once. */
  thaw(): void
  /** Removals that are held now are carried out. False where none are. */
  acceptHeld(): boolean
  /** Somebody else noticed a change: the members are read at once. */
  ring(): void
}
