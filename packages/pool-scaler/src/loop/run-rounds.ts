import { setTimeout as delay } from 'node:timers/promises'
import type { Memories } from './memory-file.js'
import type { RoundReport } from './round-report.js'
import { runRound, type RoundParts } from './run-round.js'

/** Timing and output of {@link runRounds}. */
export interface RoundsOptions {
  /** Time between two rounds, in milliseconds. */
  readonly intervalMs: number
  /** Called after each round. */
  readonly report: (report: RoundReport) => void
  /** Ends the rounds; a command that runs is ended too. */
  readonly signal: AbortSignal
}

/** Runs rounds until the signal aborts. */
export async function runRounds(
  parts: RoundParts,
  start: Memories,
  { intervalMs, report, signal }: RoundsOptions,
): Promise<void> {
  let memories = start
  try {
    while (!signal.aborted) {
      const round = await runRound(parts, memories, signal)
      memories = round.memories
      report(round.report)
      await delay(intervalMs, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
