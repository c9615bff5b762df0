import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import type { ProbeConfiguration } from '../configuration/probe-schema.js'
import type { Configuration } from '../configuration/schema.js'
import type { AgentJournal } from '../reporting/agent-journal.js'
import type { AgentRecord } from '../reporting/agent-record.js'
import { WakeUp } from '../wake-up.js'
import { probeHaproxy } from './probe-haproxy.js'

/** The parts of a pipeline that are probed. */
export interface ProbedPipeline {
  readonly configuration: Pick<Configuration, 'haproxy' | 'reconcileMs'>
  readonly runtime: Pick<RuntimeClient, 'info'>
}

/** Pause between two attempts. */
const pauseMs = 200

/**
 * Probes HAProxy after each change, in the background, and at an interval while the
 * probe fails. It reports what it finds, and changes nothing.
 */
export class ProbeWatch {
  readonly #journal: AgentJournal
  readonly #wakeUp = new WakeUp()

  constructor(journal: AgentJournal) {
    this.#journal = journal
  }

  /** Probes now if HAProxy has changed. */
  wake(): void {
    this.#wakeUp.wake()
  }

  /** Probes until the signal aborts; returns at once without a probe. */
  async run({ configuration, runtime }: ProbedPipeline, signal: AbortSignal): Promise<void> {
    const { haproxy, reconcileMs } = configuration
    const { probe } = haproxy
    let last: Pick<AgentRecord, 'generation'> | undefined
    // Another configuration may have no probe, or another.
    this.#journal.dispatch({ kind: 'probe', problem: undefined })
    while (probe && !signal.aborted) {
      const { record } = this.#journal
      if (isDue(record, last)) {
        const { generation } = record
        last = { generation }
        const problem = await problemOf(probe, runtime, signal)
        if (!signal.aborted) this.#journal.dispatch({ kind: 'probe', problem })
      }
      await this.#wakeUp.sleep(reconcileMs, signal)
    }
  }
}

/** Returns whether HAProxy runs something else than at the last probe, or whether that one failed. */
function isDue(
  { outcome, generation, probeFault }: AgentRecord,
  last: Pick<AgentRecord, 'generation'> | undefined,
): boolean {
  if (probeFault) return true
  const isRunning = outcome?.kind === 'applied' || outcome?.kind === 'unchanged'
  return isRunning && (!last || generation !== last.generation)
}

/** Makes attempts until one passes, or for the time of the probe. Returns the last problem, in words. */
async function problemOf(
  probe: ProbeConfiguration,
  runtime: ProbedPipeline['runtime'],
  signal: AbortSignal,
): Promise<string | undefined> {
  const limits = AbortSignal.any([signal, AbortSignal.timeout(probe.timeoutMs)])
  let last: string | undefined
  for (;;) {
    const worker = await answeringWorker(runtime, limits)
    const problem = await probeHaproxy(probe, { when: 'now', worker, signal: limits })
    if (problem === undefined) return undefined
    // An attempt that the deadline cut says less than one before it.
    if (limits.aborted) return last ?? problem
    last = problem
    await wait(pauseMs, undefined, { signal: limits }).catch(() => {})
    if (limits.aborted) return last
  }
}

async function answeringWorker(
  runtime: ProbedPipeline['runtime'],
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return (await runtime.info({ signal })).pid
  } catch (error) {
    if (error instanceof HaproxyError || signal.aborted) return undefined
    throw error
  }
}
