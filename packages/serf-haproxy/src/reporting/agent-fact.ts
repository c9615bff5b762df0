import type { Generation, Outcome } from 'haproxy-reloader'
import type { ServerStatistics } from 'haproxy-runtime'
import type { Membership } from 'serf-events'
import type { Decision } from '../decision/decide.js'
import type { Observation } from '../haproxy/observe-haproxy.js'
import type { Rendering } from '../rendering/rendering.js'
import type { AgentEvent } from '../state/agent-event.js'
import type { Frozen, Held } from '../state/agent-state.js'
import type { OperatorDrains } from '../state/operator-drain.js'
import type { DiskPlace } from '../state/refused-file.js'
import type { StatedMembers } from './member-states.js'

/** Result of one attempt to apply a configuration. */
export interface RoundResult {
  readonly outcome: Outcome
  readonly cause: string
  /** Kind of the cause: `log`, `resync`, …; `health` for a round without a reported change. */
  readonly causeKind: string
  /** Time from the first report of the change until HAProxy ran it; undefined if it was not measured. */
  readonly reactedInMs: number | undefined
}

/** Input of the agent's record: one thing that the agent learned or did. */
export type AgentFact =
  /** A new snapshot of the members. */
  | { readonly kind: 'membership'; readonly membership: Membership }
  /** A round of the loop. */
  | { readonly kind: 'round' }
  /** The end of a round that did not fail. */
  | { readonly kind: 'round-done' }
  /** A decision, and its rendering. */
  | {
      readonly kind: 'decision'
      readonly decision: Decision
      readonly rendering: Rendering
      /** The states by this decision and an earlier rendering of it, if they are known already. */
      readonly stated?: StatedMembers | undefined
    }
  /** The generation that HAProxy runs since before the agent's start. */
  | { readonly kind: 'kept-generation'; readonly generation: Omit<Generation, 'plan' | 'diff'> }
  | { readonly kind: 'outcome'; readonly result: RoundResult }
  /** A status report of HAProxy. */
  | { readonly kind: 'observation'; readonly observation: Observation }
  /** The status of some servers in HAProxy. */
  | { readonly kind: 'statistics'; readonly servers: readonly ServerStatistics[] }
  /** Corrected changes by other programs, since the start. */
  | { readonly kind: 'drift'; readonly count: number; readonly last: string | undefined }
  /** Running servers that are no members, so that nothing is applied. */
  | { readonly kind: 'unknown-servers'; readonly held: Pick<Held, 'reason' | 'removals'> }
  /** A change of the agent's own configuration that is held; undefined when it no longer is. */
  | {
      readonly kind: 'held-change'
      readonly held: Pick<Held, 'reason' | 'removals'> | undefined
    }
  | { readonly kind: 'freeze'; readonly frozen: Omit<Frozen, 'since' | 'isReleased'> }
  /** The mode of before: from the state folder, or after a failed rollback. */
  | { readonly kind: 'mode-restored'; readonly frozen: Frozen | undefined }
  /** This balancer gave its traffic to another one. */
  | { readonly kind: 'release' }
  /** All members that an operator drains. */
  | { readonly kind: 'drains'; readonly drained: OperatorDrains }
  | { readonly kind: 'rejoin-request' }
  /** A probe through HAProxy, with its problem in words; without one it passed. */
  | { readonly kind: 'probe'; readonly problem: string | undefined }
  /** A failed round, or with `isPoll` a failed poll of HAProxy. */
  | { readonly kind: 'failure'; readonly error: unknown; readonly isPoll?: true }
  /** The disk refuses a file of the agent; without an error it takes the file again. */
  | { readonly kind: 'disk'; readonly place: DiskPlace; readonly error: string | undefined }
  /** An event that does not follow from another fact. */
  | { readonly kind: 'event'; readonly event: AgentEvent }
