import { get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** What {@link watchHealth} needs; times in milliseconds. */
export interface HealthOptions {
  readonly url: string
  /** How long the check may fail, from the start or the last success, before it has failed for good. */
  readonly graceMs: number
  /** How long the application may give no answer at all before it hangs; 0: for ever. */
  readonly hangMs: number
  readonly signal: AbortSignal
  /** Called when the check succeeds for the first time. */
  readonly onReady: () => void
  readonly everyMs?: number
  readonly timeoutMs?: number
}

/** Why a check is given up. */
export interface Verdict {
  /**
   * - `failed`: the application answers wrongly, or is not there
   * - `hangs`: it takes connections, and says nothing
   */
  readonly kind: 'failed' | 'hangs'
  readonly fault: string
}

/** What one check found wrong. */
interface Fault {
  readonly text: string
  readonly isSilence: boolean
}

/** How often a check is tried that has never succeeded: the application is starting. */
const startingMs = 25

/**
 * Waiting is counted in pieces of this length: where the whole machine stood
 * still, or had no time for this process either, that is one piece at most.
 */
const tickMs = 50

/**
 * Asks for `url` until the check fails for `graceMs` without a break, an
 * application that answered before is silent for `hangMs`, or the signal aborts.
 *
 * @returns why it was given up, or undefined where the signal aborted
 */
export async function watchHealth(options: HealthOptions): Promise<Verdict | undefined> {
  const { graceMs, hangMs, signal, onReady, everyMs = 250 } = options
  const startedAt = performance.now()
  let lastGoodAt: number | undefined
  while (!signal.aborted) {
    const fault = await check(options)
    if (signal.aborted) break
    const now = performance.now()
    if (fault === undefined) {
      if (lastGoodAt === undefined) onReady()
      lastGoodAt = now
    } else {
      const badForMs = now - (lastGoodAt ?? startedAt)
      const isHung = fault.isSilence && hangMs > 0 && badForMs >= hangMs
      if (isHung && lastGoodAt !== undefined) return { kind: 'hangs', fault: fault.text }
      if (badForMs >= graceMs) return { kind: 'failed', fault: fault.text }
    }
    const pauseMs = lastGoodAt === undefined ? startingMs : everyMs
    await wait(pauseMs, undefined, { signal }).catch(() => {})
  }
  return undefined
}

/** One check, on a connection of its own; what was wrong, or undefined. */
function check({ url, signal, timeoutMs = 1000 }: HealthOptions): Promise<Fault | undefined> {
  return new Promise(resolve => {
    // Not AbortSignal.timeout with AbortSignal.any: in Node 20 what only these two hold is collected.
    let ticksLeft = Math.ceil(timeoutMs / tickMs)
    const timer = setInterval(() => {
      if (--ticksLeft > 0) return
      // Whoever was asleep itself reads first what has come meanwhile.
      setImmediate(() => end(`${url} did not answer within ${timeoutMs} ms`, true))
    }, tickMs)
    const asked = get(url, { agent: false, signal }, response => {
      const { statusCode = 0 } = response
      const isGood = statusCode >= 200 && statusCode < 300
      response.resume()
      response.once('end', () => end(isGood ? undefined : `${url} answered ${statusCode}`))
      response.once('error', error => end(`${url}: ${error.message}`))
    })
    asked.once('error', error => end(`${url}: ${error.message}`))
    const end = (text: string | undefined, isSilence = false) => {
      clearInterval(timer)
      asked.destroy()
      resolve(text === undefined ? undefined : { text, isSilence })
    }
  })
}
