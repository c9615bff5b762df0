import type { Plan } from 'haproxy-reloader'
import type { AgentState } from '../state/agent-state.js'
import { eventCounters } from '../state/counters.js'
import type { MetricFamily } from './exposition.js'
import { by, counter } from './metric-family.js'

type OutcomeKind = NonNullable<AgentState['outcome']>['kind']

/**
 * Every outcome from the start on: Prometheus finds no increase in a series
 * that begins with 1, so it would miss the first rejection.
 */
const noOutcomes: Readonly<Record<OutcomeKind, 0>> = {
  unchanged: 0,
  applied: 0,
  rejected: 0,
  'rolled-back': 0,
  deferred: 0,
  superseded: 0,
}

/** Every reason for a reload, for the same purpose. */
const noReloads: Readonly<Record<NonNullable<Plan['trigger']>, 0>> = {
  unknown: 0,
  text: 0,
  options: 0,
  file: 0,
  pool: 0,
  burst: 0,
  refused: 0,
  unconfirmed: 0,
}

/** Returns the counts of what the agent did. */
export function workMetrics({ counters, latency }: AgentState): readonly MetricFamily[] {
  const outcomes = { ...noOutcomes, ...counters.outcomes }
  return [
    {
      name: 'serf_haproxy_change_to_applied_seconds',
      help: 'Time from the report of a change until HAProxy ran it.',
      type: 'histogram',
      samples: [
        {
          buckets: latency.buckets.map(({ le, count }) => ({ atMost: le / 1000, count })),
          sum: latency.sum / 1000,
          count: latency.count,
        },
      ],
    },
    counter('rounds', 'Rounds of the loop: members, decision, HAProxy.', counters.rounds),
    counter('plans', 'Executed plans, by kind.', by('kind', counters.plans)),
    counter('causes', 'Applied plans, by kind of the cause.', by('cause', counters.causes)),
    counter('outcomes', 'Attempts to apply, by outcome.', by('outcome', outcomes)),
    counter('reloads', 'Reloads of HAProxy.', counters.reloads),
    counter(
      'reload_triggers',
      'Reloads of HAProxy, by kind of the reason.',
      by('trigger', { ...noReloads, ...counters.reloadTriggers }),
    ),
    counter('drift', 'Corrected changes by other programs.', counters.drift),
    counter('damped', 'Members that became damped.', counters.damped),
    ...eventCounters.map(({ metric, help, name }) => counter(metric, help, counters[name])),
  ]
}
