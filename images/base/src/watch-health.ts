import { get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** What {@link watchHealth} needs; times in milliseconds. */
export interface HealthOptions {
  readonly url: string
  /** How long the check may fail before it has failed for good. */
  readonly graceMs: number
  readonly signal: AbortSignal
  /** Called when the check succeeds for the first time. */
  readonly onReady: () => void
  readonly everyMs?: number
  readonly timeoutMs?: number
}

/** How often a check is tried that has never succeeded: the application is starting. */
const startingMs = 25

/**
 * Asks for `url` until the check, having succeeded once, fails for `graceMs`
 * without a break, or the signal aborts.
 *
 * @returns what failed for good, or undefined where the signal aborted
 */
export async function watchHealth(options: HealthOptions): Promise<string | undefined> {
  const { graceMs, signal, onReady, everyMs = 1000 } = options
  let lastGoodAt: number | undefined
  while (!signal.aborted) {
    const fault = await check(options)
    if (signal.aborted) break
    const now = performance.now()
    if (fault === undefined) {
      if (lastGoodAt === undefined) onReady()
      lastGoodAt = now
    } else if (lastGoodAt !== undefined && now - lastGoodAt >= graceMs) {
      return fault
    }
    const pauseMs = lastGoodAt === undefined ? startingMs : everyMs
    await wait(pauseMs, undefined, { signal }).catch(() => {})
  }
  return undefined
}

/** One check, on a connection of its own; what was wrong, or undefined. */
function check({ url, signal, timeoutMs = 2000 }: HealthOptions): Promise<string | undefined> {
  return new Promise(resolve => {
    // Not AbortSignal.timeout with AbortSignal.any: in Node 20 what only these two hold is collected.
    const timer = setTimeout(() => end(`${url} did not answer within ${timeoutMs} ms`), timeoutMs)
    const asked = get(url, { agent: false, signal }, response => {
      const { statusCode = 0 } = response
      const isGood = statusCode >= 200 && statusCode < 300
      response.resume()
      response.once('end', () => end(isGood ? undefined : `${url} answered ${statusCode}`))
      response.once('error', error => end(`${url}: ${error.message}`))
    })
    asked.once('error', error => end(`${url}: ${error.message}`))
    const end = (fault: string | undefined) => {
      clearTimeout(timer)
      asked.destroy()
      resolve(fault)
    }
  })
}
