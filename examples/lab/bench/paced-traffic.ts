import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { requestFailure } from 'real-components'

/** Counts of a traffic so far. */
export interface TrafficCounts {
  readonly requests: number
  readonly failed: number
  /** The first failures, with their times. */
  readonly failures: readonly string[]
  readonly longestMs: number
}

/** A traffic that goes on until it is stopped. */
export interface PacedTraffic {
  counts(): TrafficCounts
  /** Sends no more, and resolves when all requests have their outcome. */
  stop(): Promise<TrafficCounts>
}

const mostBehindMs = 1000
const mostShown = 20

/** Sends `rate` GET requests a second over kept connections, whether or not earlier ones were answered. */
export function startPacedTraffic(url: string, rate: number): PacedTraffic {
  const agent = new Agent({ keepAlive: true })
  const ended = new AbortController()
  const open = new Set<Promise<void>>()
  const failures: string[] = []
  let [requests, failed, longestMs] = [0, 0, 0]

  async function ask(): Promise<void> {
    const startedAt = performance.now()
    const sentAt = new Date().toISOString()
    const failure = await requestFailure(url, agent)
    longestMs = Math.max(longestMs, performance.now() - startedAt)
    if (failure === undefined) return
    failed++
    if (failures.length < mostShown) failures.push(`${sentAt} ${failure}`)
  }

  async function send(): Promise<void> {
    let dueAt = performance.now()
    while (!ended.signal.aborted) {
      // After a pause of this process the rate goes on; what was missed is not sent in a burst.
      dueAt = Math.max(dueAt + 1000 / rate, performance.now() - mostBehindMs)
      const delay = Math.max(0, dueAt - performance.now())
      await wait(delay, undefined, { signal: ended.signal }).catch(() => {})
      if (ended.signal.aborted) return
      requests++
      const asking: Promise<void> = ask().finally(() => open.delete(asking))
      open.add(asking)
    }
  }

  const sending = send()
  const counts = () => ({ requests, failed, failures, longestMs: Math.round(longestMs) })
  return {
    counts,
    async stop() {
      ended.abort()
      await sending
      await Promise.all(open)
      agent.destroy()
      return counts()
    },
  }
}
