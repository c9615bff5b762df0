import type { MemberState } from './agent-state.js'

/** The reasons for the current state of a member. Plain JSON data. */
export interface Explanation {
  /** Name of the member: untrusted text. */
  readonly member: string
  /** False for a name that is no member in Serf and never was in HAProxy. */
  readonly isKnown: boolean
  /** The current state, in a sentence. */
  readonly now: string
  /** The rule that decided on the standing; undefined before the first decision. */
  readonly decidedBy?: NonNullable<MemberState['decidedBy']>
  /** Each rule with its result, in the order of evaluation. */
  readonly rules: readonly RuleResult[]
  /** Times at which the member reached each step. */
  readonly times: MemberTimes
}

/** The result of one rule for a member. */
export interface RuleResult {
  /** Name of the rule. */
  readonly rule: string
  /** True if the member meets the rule. */
  readonly holds: boolean
  /** Actual value, in words. */
  readonly found: string
  /** Expected value, in words. */
  readonly wanted: string
}

/** Times at which a member reached each step; milliseconds since the epoch, since this agent started. */
export interface MemberTimes {
  /** First reported by Serf. */
  readonly seen?: number
  /** Decided to serve. */
  readonly admitted?: number
  /** First in HAProxy. */
  readonly applied?: number
  /** First found healthy by HAProxy. */
  readonly firstHealthy?: number
  /** First request from HAProxy. */
  readonly firstRequest?: number
  /** Decided to finish its sessions. */
  readonly drained?: number
  /** Decided to leave HAProxy. */
  readonly removed?: number
}

/** The steps of a member into HAProxy and out of it, in order, with their labels. */
export const memberSteps: readonly { readonly key: keyof MemberTimes; readonly label: string }[] = [
  { key: 'seen', label: 'seen by Serf' },
  { key: 'admitted', label: 'admitted' },
  { key: 'applied', label: 'applied' },
  { key: 'firstHealthy', label: 'first healthy' },
  { key: 'firstRequest', label: 'first request' },
  { key: 'drained', label: 'drained' },
  { key: 'removed', label: 'removed' },
]
