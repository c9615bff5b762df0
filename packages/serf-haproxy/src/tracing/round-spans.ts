import type { Outcome } from 'haproxy-reloader'
import type { TaskReport, TracedResult } from './round-tracer.js'
import { spanData, type Attributes, type SpanData, type SpanError } from './span-data.js'

/** A snapshot of the members, and the times of its way to the agent. */
export interface ReportedChange {
  readonly cause: string
  /** Time of the log line, or of the event. */
  readonly detectedAt: number
  /** Begin of the read; undefined if the Serf agent could not be asked. */
  readonly readAt: number | undefined
  readonly receivedAt: number
}

/** Times and results of one round. A time is undefined if the round did not come so far. */
export interface RoundData {
  /** The snapshots that the decision handled. */
  readonly reports: readonly ReportedChange[]
  readonly startedAt: number
  readonly decidingAt?: number
  readonly renderingAt?: number
  readonly renderedAt?: number
  readonly applyingAt?: number
  readonly appliedAt?: number
  readonly endedAt: number
  /** The runs of the attempt before its end. */
  readonly tasks: readonly TaskReport[]
  readonly result?: TracedResult
  /** Error that ended a round. */
  readonly error?: unknown
}

type Operation = Extract<Outcome, { readonly kind: 'applied' }>['plan']['operations'][number]

/** Returns the span of a round, with those of its steps. A pure function. */
export function roundSpan(round: RoundData): SpanData {
  const startedAt = Math.min(round.startedAt, ...round.reports.map(({ detectedAt }) => detectedAt))
  const steps = [
    ...round.reports.flatMap(reportSpans),
    ...decisionSpans(round),
    ...applySpan(round),
  ]
  return spanData('round', [startedAt, round.endedAt], {
    attributes: roundAttributes(round),
    error: roundError(round),
    children: steps,
  })
}

/** Returns the span of a later run of an attempt: a read-back, or a retry. */
export function laterSpan(name: 'read back' | 'retry', report: TaskReport): SpanData {
  const { startedAt, endedAt, outcome, error } = report
  return spanData(name, [startedAt, endedAt], {
    attributes: outcome ? { ...outcomeAttributes(outcome), ...changeAttributes(outcome) } : {},
    error: outcome ? outcomeError(outcome) : errorOf(error),
    children: stepSpans(report),
  })
}

/** Returns whether the configuration of an attempt is neither in HAProxy nor given up. */
export function isUnapplied({ result, error }: RoundData): boolean {
  if (error !== undefined) return true
  return result?.outcome.kind === 'deferred' || result?.outcome.kind === 'superseded'
}

function reportSpans({ cause, detectedAt, readAt, receivedAt }: ReportedChange): SpanData[] {
  const attributes = { 'serf_haproxy.cause_kind': cause }
  if (readAt === undefined) return [spanData('report', [detectedAt, receivedAt], { attributes })]
  return [
    spanData('report', [detectedAt, readAt], { attributes }),
    spanData('read members', [readAt, receivedAt]),
  ]
}

/** Returns the spans from the round's begin to the rendering; a step that failed lasts until the end. */
function decisionSpans(round: RoundData): SpanData[] {
  const { startedAt, decidingAt, renderingAt, renderedAt, endedAt } = round
  const isCompared = round.applyingAt !== undefined && decidingAt === undefined
  const until = (end: number | undefined): [number, Partial<SpanData>] =>
    end === undefined ? [endedAt, { error: errorOf(round.error) }] : [end, {}]
  const span = (name: string, start: number | undefined, end: number | undefined): SpanData[] => {
    if (start === undefined) return []
    const [endsAt, more] = until(end)
    return [spanData(name, [start, endsAt], more)]
  }
  return [
    ...span('read servers', startedAt, isCompared ? round.applyingAt : decidingAt),
    ...span('decide', decidingAt, renderingAt),
    ...span('render', renderingAt, renderedAt),
  ]
}

function applySpan({
  applyingAt,
  appliedAt,
  endedAt,
  tasks,
  result,
  error,
}: RoundData): SpanData[] {
  if (applyingAt === undefined) return []
  const outcome = result?.outcome
  return [
    spanData('apply', [applyingAt, appliedAt ?? endedAt], {
      attributes: outcome ? outcomeAttributes(outcome) : {},
      error: outcome ? outcomeError(outcome) : errorOf(error),
      children: tasks.flatMap(stepSpans),
    }),
  ]
}

function stepSpans({ steps }: TaskReport): SpanData[] {
  return steps.map(({ kind, startedAt, endedAt, commands, problem }) =>
    spanData(kind, [startedAt, endedAt], {
      attributes: commands === undefined ? {} : { 'serf_haproxy.commands': commands },
      error: problem === undefined ? undefined : { type: kind, problem },
    }),
  )
}

function roundAttributes({ reports, result, error }: RoundData): Attributes {
  const outcome = error === undefined ? 'withheld' : 'failed'
  return {
    'serf_haproxy.reports': reports.length,
    'serf_haproxy.outcome': result?.outcome.kind ?? outcome,
    ...(result && {
      'serf_haproxy.cause': result.cause,
      'serf_haproxy.cause_kind': result.causeKind,
      ...changeAttributes(result.outcome),
    }),
    ...(result?.reactedInMs !== undefined && { 'serf_haproxy.reacted_ms': result.reactedInMs }),
  }
}

/** Returns the generation, the pools and the number of changes of each kind. */
function changeAttributes(outcome: Outcome): Attributes {
  if (outcome.kind !== 'applied') return {}
  const { operations } = outcome.plan
  const pools = new Set(operations.flatMap(each => ('pool' in each ? [each.pool] : [])))
  return {
    'serf_haproxy.generation': outcome.generation,
    ...(pools.size > 0 && { 'serf_haproxy.pools': [...pools] }),
    ...countAttributes(operations),
  }
}

function countAttributes(operations: readonly Operation[]): Attributes {
  const counts: Record<string, number> = {}
  for (const { kind } of operations) {
    const name = `serf_haproxy.changes.${kind}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function outcomeAttributes(outcome: Outcome): Attributes {
  const attributes = { 'serf_haproxy.outcome': outcome.kind }
  if (outcome.kind !== 'applied') return attributes
  const { via, tookMs, plan } = outcome
  return {
    ...attributes,
    'serf_haproxy.via': via,
    'serf_haproxy.took_ms': tookMs,
    'serf_haproxy.reason': plan.reason,
  }
}

function roundError({ result, error }: RoundData): SpanError | undefined {
  return result ? outcomeError(result.outcome) : errorOf(error)
}

function outcomeError(outcome: Outcome): SpanError | undefined {
  const { kind } = outcome
  if (kind === 'rejected') return { type: kind, problem: outcome.report }
  if (kind === 'rolled-back' || kind === 'deferred') return { type: kind, problem: outcome.cause }
  return undefined
}

function errorOf(error: unknown): SpanError | undefined {
  if (!(error instanceof Error)) return undefined
  const { name, message } = error
  return { type: 'code' in error ? String(error.code) : name, problem: message }
}
