import type { Clock } from '../clock.js'
import type { AgentJournal } from './agent-journal.js'

/** Dependencies of a reported round. */
interface ReportedRoundDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly journal: AgentJournal
  readonly slowRoundMs: number
  readonly signal: AbortSignal
}

/**
 * Runs a round, and reports that it ended or failed, and whether it was slow. Resolves
 * with its result, or with false if it failed.
 */
export async function reportedRound(
  round: () => Promise<boolean>,
  { clock, journal, slowRoundMs, signal }: ReportedRoundDeps,
): Promise<boolean> {
  const startedAt = clock.now()
  let result = false
  try {
    result = await round()
    journal.dispatch({ kind: 'round-done' })
  } catch (error) {
    if (!signal.aborted) journal.dispatch({ kind: 'failure', error })
  }
  const tookMs = clock.now() - startedAt
  if (tookMs > slowRoundMs) {
    const text = `A round took ${Math.round(tookMs)} ms, longer than slowRoundMs (${slowRoundMs})`
    journal.dispatch({ kind: 'event', event: { kind: 'slow-round', tookMs, text } })
  }
  return result
}
