import type { Outcome } from 'haproxy-reloader'

/** What has happened since the agent started. */
export interface Counters {
  /** Rounds of the loop: members to decision to HAProxy. */
  readonly rounds: number
  /** Plans that were carried out, by kind. */
  readonly plans: Readonly<Record<'noop' | 'runtime' | 'reload', number>>
  /** Carried out plans by their cause's kind: `initial`, `doorbell`, `stream`, `resync`, `reconnect`, … */
  readonly causes: Readonly<Record<string, number>>
  /** Ends of attempts, by the outcome's kind. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly reloads: number
  /** Changes that others made to HAProxy or its file, and that were put right. */
  readonly drift: number
  /** Times that the guard began to hold removals. */
  readonly held: number
  /** Times that a member began to be damped. */
  readonly damped: number
  /** Times that Serf was asked to look for a member that it lost. */
  readonly rejoins: number
  readonly errors: number
}

/** The counters before anything has happened. */
export const noCounts: Counters = {
  rounds: 0,
  plans: { noop: 0, runtime: 0, reload: 0 },
  causes: {},
  outcomes: {},
  reloads: 0,
  drift: 0,
  held: 0,
  damped: 0,
  rejoins: 0,
  errors: 0,
}

/** The counters with the end of one attempt more. */
export function withOutcome(counters: Counters, outcome: Outcome, cause: string): Counters {
  const { plans, outcomes, causes, reloads } = counters
  const isChange = outcome.kind === 'applied'
  const plan = isChange || outcome.kind === 'unchanged' ? outcome.plan : undefined
  return {
    ...counters,
    plans: plan ? { ...plans, [plan.kind]: plans[plan.kind] + 1 } : plans,
    outcomes: { ...outcomes, [outcome.kind]: (outcomes[outcome.kind] ?? 0) + 1 },
    causes: isChange ? { ...causes, [cause]: (causes[cause] ?? 0) + 1 } : causes,
    reloads: reloads + (isChange && outcome.via === 'reload' ? 1 : 0),
  }
}
