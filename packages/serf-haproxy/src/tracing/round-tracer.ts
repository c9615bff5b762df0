import type { Outcome, Reloader } from 'haproxy-reloader'
import type { Membership } from 'serf-events'

type ApplyOptions = NonNullable<Parameters<Reloader['apply']>[1]>

/** Receiver of the reloader's reports on an attempt, its read-backs and its retries. */
export type OnReport = NonNullable<ApplyOptions['onReport']>

/** One run of an attempt, with its steps. */
export type TaskReport = Parameters<OnReport>[0]

/** Result of the attempt of a round. */
export interface TracedResult {
  readonly outcome: Outcome
  readonly cause: string
  readonly causeKind: string
  readonly reactedInMs: number | undefined
}

/** Notes on one round, each made at the time of its call. */
export interface RoundTrace {
  /** The facts are read. The decision handles what was reported before. */
  deciding(): void
  /** The decision is made. */
  rendering(): void
  /** The decision is rendered. */
  rendered(): void
  /** An attempt to apply begins; the result receives the reports on it, if they are used. */
  applying(): OnReport | undefined
  /** The attempt has ended, maybe after its round. */
  applied(result: TracedResult): void
}

/** Receiver of what the rounds of the agent do. It never throws. */
export interface RoundTracer {
  /** A snapshot of the members arrived. */
  reported(membership: Pick<Membership, 'cause' | 'detectedAt' | 'readAt'>): void
  /** Runs a round with the notes on it. An error after the end of `signal` is none. */
  round<T>(run: (trace: RoundTrace) => Promise<T>, signal: AbortSignal): Promise<T>
}

const noTrace: RoundTrace = {
  deciding() {},
  rendering() {},
  rendered() {},
  applying: () => undefined,
  applied() {},
}

/** The tracer of an agent without traces: it does nothing. */
export const noTracer: RoundTracer = { reported() {}, round: run => run(noTrace) }
