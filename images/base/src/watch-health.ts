import { get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** Options of {@link watchHealth}; times in milliseconds. */
export interface HealthOptions {
  readonly url: string
  /** Longest time of failed checks, from the start or the last success. */
  readonly graceMs: number
  /** Longest time without any answer before the application counts as hung; 0: no limit. */
  readonly hangMs: number
  readonly signal: AbortSignal
  /** Called when the check succeeds for the first time. */
  readonly onReady: () => void
  readonly intervalMs?: number
  readonly timeoutMs?: number
}

/** Result of a watch that ended because of failed checks. */
export interface Verdict {
  /**
   * - `failed`: the application answers with an error, or refuses connections
   * - `hangs`: it accepts connections and does not answer
   */
  readonly kind: 'failed' | 'hangs'
  readonly reason: string
}

/** Error of one check. */
interface CheckError {
  readonly text: string
  readonly isSilence: boolean
}

/** Time between two checks before the first success: the application is starting. */
const startingIntervalMs = 25

/**
 * Length of the steps that the timeout of a check is counted in. While the
 * machine is suspended, or has no time for this process, one step passes at
 * most.
 */
const tickMs = 50

/**
 * Checks `url` until the checks have failed for `graceMs` without a break, an
 * application that answered before is silent for `hangMs`, or the signal aborts.
 *
 * @returns the reason for the end, or undefined if the signal aborted
 */
export async function watchHealth(options: HealthOptions): Promise<Verdict | undefined> {
  const { graceMs, hangMs, signal, onReady, intervalMs = 250 } = options
  const startedAt = performance.now()
  let lastSuccessAt: number | undefined
  while (!signal.aborted) {
    const error = await check(options)
    if (signal.aborted) break
    const now = performance.now()
    if (error === undefined) {
      if (lastSuccessAt === undefined) onReady()
      lastSuccessAt = now
    } else {
      const failedForMs = now - (lastSuccessAt ?? startedAt)
      const isHung = error.isSilence && hangMs > 0 && failedForMs >= hangMs
      if (isHung && lastSuccessAt !== undefined) return { kind: 'hangs', reason: error.text }
      if (failedForMs >= graceMs) return { kind: 'failed', reason: error.text }
    }
    const pauseMs = lastSuccessAt === undefined ? startingIntervalMs : intervalMs
    await wait(pauseMs, undefined, { signal }).catch(() => {})
  }
  return undefined
}

/** Performs one check on a new connection; resolves to its error, or undefined. */
function check({ url, signal, timeoutMs = 1000 }: HealthOptions): Promise<CheckError | undefined> {
  return new Promise(resolve => {
    // Not AbortSignal.timeout with AbortSignal.any: Node 20 collects signals that only those two hold.
    let ticksLeft = Math.ceil(timeoutMs / tickMs)
    const timer = setInterval(() => {
      if (--ticksLeft > 0) return
      // After a suspension, an answer that came meanwhile is read before the timeout counts.
      setImmediate(() => end(`${url} did not answer within ${timeoutMs} ms`, true))
    }, tickMs)
    const request = get(url, { agent: false, signal }, response => {
      const { statusCode = 0 } = response
      const isGood = statusCode >= 200 && statusCode < 300
      response.resume()
      response.once('end', () => end(isGood ? undefined : `${url} answered ${statusCode}`))
      response.once('error', error => end(`${url}: ${error.message}`))
    })
    request.once('error', error => end(`${url}: ${error.message}`))
    const end = (text: string | undefined, isSilence = false) => {
      clearInterval(timer)
      request.destroy()
      resolve(text === undefined ? undefined : { text, isSilence })
    }
  })
}
