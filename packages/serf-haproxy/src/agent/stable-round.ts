import type { Outcome } from 'haproxy-reloader'
import type { Decision } from '../decision/decide.js'
import type { Facts } from '../decision/evaluate-member.js'
import type { Memory } from '../decision/member-memory.js'
import type { RecordedRound } from '../recording/recording.js'
import type { Rendering } from '../rendering/rendering.js'
import type { RoundTrace } from '../tracing/round-tracer.js'
import type { PendingChange } from './pending-change.js'
import type { Pipeline } from './pipeline.js'

/** A decision, its input and its rendering. */
export interface DecidedRound extends RecordedRound {
  readonly pipeline: Pipeline
  readonly decision: Decision
  /** Changes that this round processes. */
  readonly pending: PendingChange | undefined
  readonly trace: RoundTrace
}

/** A decision that HAProxy runs and that time does not change, with its input. */
export interface StableRound {
  readonly pipeline: Pipeline
  readonly membership: Facts['membership']
  readonly drained?: Facts['drained'] | undefined
  readonly memory: Memory
  readonly rendering: Rendering
}

/** Input of the next decision. */
export interface RoundInput {
  readonly pipeline: StableRound['pipeline']
  readonly facts: Facts
  readonly memory: Memory
}

/** Returns whether the next decision has the same input as the last one; health is never the same. */
export function isStill(
  last: StableRound | undefined,
  { pipeline, facts: { membership, servers, drained }, memory }: RoundInput,
): last is StableRound {
  if (!last || servers || last.drained !== drained) return false
  return last.pipeline === pipeline && last.membership === membership && last.memory === memory
}

/** Returns whether HAProxy runs the configuration of an attempt. */
export function isReached({ kind }: Outcome): boolean {
  return kind === 'applied' || kind === 'unchanged'
}
