import type { Outcome } from 'haproxy-reloader'
import type { RoundData } from '../../src/tracing/round-spans.js'
import type { TaskReport, TracedResult } from '../../src/tracing/round-tracer.js'
import type { SpanData } from '../../src/tracing/span-data.js'

const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 100, options: '' }

/** The outcome of a join at run time. */
export const applied: Outcome = {
  kind: 'applied',
  via: 'runtime',
  generation: 7,
  tookMs: 4,
  plan: {
    kind: 'runtime',
    reason: 'add nodes/s1',
    operations: [{ kind: 'add', pool: 'nodes', server }],
    draining: [],
  },
}

/** The same configuration, which HAProxy runs already. */
export const unchanged: Outcome = {
  kind: 'unchanged',
  plan: { kind: 'noop', reason: '', operations: [], draining: [] },
}

/** The result of a round, by its outcome. */
export function resultOf(outcome: Outcome, reactedInMs?: number): TracedResult {
  return { outcome, cause: 's1 joined', causeKind: 'log', reactedInMs }
}

/** A run of an attempt with one batch. */
export const batchRun: TaskReport = {
  isReadBack: false,
  startedAt: 116,
  endedAt: 121,
  outcome: applied,
  steps: [{ kind: 'batch', startedAt: 117, endedAt: 120, commands: 3 }],
}

/** A read-back that finds nothing to do. */
export const readBack: TaskReport = {
  isReadBack: true,
  startedAt: 130,
  endedAt: 131,
  outcome: unchanged,
  steps: [],
}

/** A round of a join. */
export const joinRound: RoundData = {
  reports: [{ cause: 'log', detectedAt: 100, readAt: 102, receivedAt: 110 }],
  startedAt: 111,
  decidingAt: 112,
  renderingAt: 113,
  renderedAt: 115,
  applyingAt: 116,
  appliedAt: 122,
  endedAt: 123,
  tasks: [batchRun],
  result: resultOf(applied, 20),
}

/** Returns a span and its children as lines: name, begin and end, indented. */
export function linesOf({ name, startedAt, endedAt, error, children }: SpanData): string[] {
  const problem = error ? ` ${error.type}: ${error.problem}` : ''
  const below = children.flatMap(linesOf).map(line => `  ${line}`)
  return [`${name} ${startedAt}-${endedAt}${problem}`, ...below]
}
