import { setTimeout as wait } from 'node:timers/promises'
import type { ProbeConfiguration } from '../configuration/probe-schema.js'
import { probeHttp } from './probe-http.js'
import { probeTcp } from './probe-tcp.js'

/** The circumstances of an attempt. */
export interface ProbeAttempt {
  /** `before` and `after` a reload; `now` at any other time. */
  readonly when: 'before' | 'after' | 'now'
  /** Process id of the worker that has to answer, if it is known. */
  readonly worker?: number | undefined
  readonly signal: AbortSignal
}

/**
 * Time after a reload in which the old worker may answer: it takes some 40 ms
 * until it has closed its listeners.
 */
const oldWorkerMs = 300

/** Makes one attempt through HAProxy. Returns the problem, in words; undefined if it passed. */
export async function probeHaproxy(
  settings: ProbeConfiguration,
  { when, worker, signal }: ProbeAttempt,
): Promise<string | undefined> {
  try {
    // An answer of the old worker would say nothing about the new one.
    if (when === 'after' && settings.workerHeader === undefined)
      await wait(oldWorkerMs, undefined, { signal })
    const problem = settings.url.startsWith('tcp:')
      ? await probeTcp(new URL(settings.url), signal)
      : await probeHttp(settings, worker, signal)
    return problem && `${settings.url}: ${problem}`
  } catch (error) {
    const reason = signal.aborted ? 'no answer in time' : (error as Error).message
    return `${settings.url}: ${reason}`
  }
}
