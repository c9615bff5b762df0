import type { Clock } from '../clock.js'
import {
  isUnapplied,
  laterSpan,
  roundSpan,
  type ReportedChange,
  type RoundData,
} from './round-spans.js'
import type { RoundTrace, RoundTracer, TaskReport } from './round-tracer.js'
import type { SpanData } from './span-data.js'

/** Writes spans to a tracing system, which has a reference of each. */
export interface SpanSink<Ref> {
  write(
    span: SpanData,
    place: {
      readonly parent: Ref | undefined
      /** Other spans that this one finishes. */
      readonly links: readonly Ref[]
      /** The wall clock minus the monotonic one, in milliseconds. */
      readonly offsetMs: number
    },
  ): Ref
}

/** Most reports of one round, and most earlier rounds that it links to; the newest are kept. */
const mostKept = 32

/** Makes one tree of spans of each round that changed something, failed, or had something reported. */
export class RoundRecorder<Ref> implements RoundTracer {
  readonly #clock: Clock
  readonly #sink: SpanSink<Ref>
  #reports: readonly ReportedChange[] = []
  /** Rounds whose configuration is part of the next attempt. */
  #unapplied: readonly Ref[] = []
  /** The result of the last round, to find one that is only repeated. */
  #last = ''

  constructor(clock: Clock, sink: SpanSink<Ref>) {
    this.#clock = clock
    this.#sink = sink
  }

  reported({ cause, detectedAt, readAt }: Parameters<RoundTracer['reported']>[0]): void {
    const report = { cause, detectedAt, readAt, receivedAt: this.#clock.now() }
    this.#reports = [...this.#reports, report].slice(-mostKept)
  }

  async round<T>(run: (trace: RoundTrace) => Promise<T>, signal: AbortSignal): Promise<T> {
    const now = () => this.#clock.now()
    const takeReports = () => {
      const reports = this.#reports
      this.#reports = []
      return reports
    }
    const trace = new RecordedRound(now, takeReports, this.#delivery())
    try {
      const result = await run(trace)
      trace.end()
      return result
    } catch (error) {
      if (!signal.aborted) trace.end(error)
      throw error
    }
  }

  /** Returns what writes one round, and its later runs below it. */
  #delivery(): Delivery {
    let root: Ref | undefined
    const offsetMs = this.#clock.wallTime() - this.#clock.now()
    return {
      round: data => {
        if (!this.#isNotable(data)) return
        root = this.#sink.write(roundSpan(data), {
          parent: undefined,
          links: this.#unapplied,
          offsetMs,
        })
        this.#unapplied = isUnapplied(data) ? [...this.#unapplied, root].slice(-mostKept) : []
      },
      later: span => {
        if (root !== undefined) this.#sink.write(span, { parent: root, links: [], offsetMs })
      },
    }
  }

  /** Returns false for a comparison that found nothing, and for a problem that only goes on. */
  #isNotable({ reports, result, error }: RoundData): boolean {
    const kind = result?.outcome.kind ?? (error === undefined ? 'withheld' : 'failed')
    const before = this.#last
    if (kind === 'superseded') return reports.length > 0
    this.#last = `${kind} ${error instanceof Error ? error.message : ''}`
    if (reports.length > 0 || kind === 'applied') return true
    return kind !== 'unchanged' && kind !== 'withheld' && this.#last !== before
  }
}

/** The receivers of one round's data, and of its later runs. */
interface Delivery {
  round(data: RoundData): void
  later(span: SpanData): void
}

/** One round, until its attempt and all that follows from it have ended. */
class RecordedRound implements RoundTrace {
  readonly #now: () => number
  readonly #takeReports: () => readonly ReportedChange[]
  readonly #deliver: Delivery
  readonly #tasks: TaskReport[] = []
  #data: Omit<RoundData, 'endedAt'>
  #hasEnded = false
  #isAttempted = false
  /** The last run of the attempt. */
  #run: TaskReport | undefined
  /** True after a read-back that changed nothing. */
  #wasSilent = false

  constructor(now: () => number, takeReports: () => readonly ReportedChange[], deliver: Delivery) {
    this.#now = now
    this.#takeReports = takeReports
    this.#deliver = deliver
    this.#data = { reports: [], startedAt: now(), tasks: this.#tasks }
  }

  deciding(): void {
    this.#note({ decidingAt: this.#now(), reports: this.#takeReports() })
  }

  rendering(): void {
    this.#note({ renderingAt: this.#now() })
  }

  rendered(): void {
    this.#note({ renderedAt: this.#now() })
  }

  applying() {
    this.#isAttempted = true
    this.#note({ applyingAt: this.#now() })
    return (report: TaskReport) => this.#report(report)
  }

  applied(result: NonNullable<RoundData['result']>): void {
    this.#isAttempted = false
    this.#note({ appliedAt: this.#now(), result })
    if (this.#hasEnded) this.#deliver.round({ ...this.#data, endedAt: this.#now() })
  }

  /** Ends the round. An attempt that goes on is part of it. */
  end(error?: unknown): void {
    this.#hasEnded = true
    if (error !== undefined) this.#note({ error })
    else if (this.#isAttempted) return
    this.#deliver.round({ ...this.#data, endedAt: this.#now() })
  }

  #note(more: Partial<RoundData>): void {
    this.#data = { ...this.#data, ...more }
  }

  #report(report: TaskReport): void {
    if (!report.isReadBack) this.#tasks.push(report)
    // A newer attempt does the work of this run.
    if (report.outcome?.kind === 'superseded') return
    const before = this.#run
    this.#run = report
    if (!report.isReadBack) return
    const isReached = before?.outcome?.kind === 'applied' || before?.outcome?.kind === 'unchanged'
    const isSilent = report.outcome?.kind === 'unchanged'
    // A server that drains is read again and again.
    if (isSilent && this.#wasSilent) return
    this.#wasSilent = isSilent
    this.#deliver.later(laterSpan(isReached ? 'read back' : 'retry', report))
  }
}
