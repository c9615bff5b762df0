/** Why a member is, or is not, where it is. Plain JSON data. */
export interface Explanation {
  readonly member: string
  /** What is true of it now, in a sentence. */
  readonly now: string
  /** Each rule that was asked, in order, and what came of it. */
  readonly rules: readonly RuleResult[]
  readonly times: MemberTimes
}

/** What one rule says of a member. */
export interface RuleResult {
  readonly rule: string
  readonly holds: boolean
  readonly found: string
  readonly wanted: string
}

/** When a member came this far; milliseconds since the epoch, since this agent runs. */
export interface MemberTimes {
  /** Serf told of it first. */
  readonly seen?: number
  /** It was decided that it serves. */
  readonly admitted?: number
  /** HAProxy had it. */
  readonly applied?: number
  /** HAProxy was first seen to find it healthy. */
  readonly firstHealthy?: number
  /** HAProxy was first seen to have sent it a request. */
  readonly firstRequest?: number
  /** It was decided that it finishes what it has. */
  readonly drained?: number
  /** HAProxy was told to let go of it. */
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
