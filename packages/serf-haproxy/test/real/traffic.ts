import { Agent } from 'node:http'
import { requestFailure } from 'real-components'

/** The result of some traffic. */
export interface TrafficResult {
  readonly requests: number
  /** One text for each failed request. */
  readonly failures: readonly string[]
}

/** Number of clients; each sends the next request after the answer. */
const clients = 4

/** Asks a URL on and on, over kept connections, until it is stopped. */
export function startTraffic(url: string): { stop(): Promise<TrafficResult> } {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const failures: string[] = []
  let requests = 0
  let isOver = false
  const ask = async () => {
    while (!isOver) {
      requests++
      const fault = await requestFailure(url, agent)
      if (fault !== undefined) failures.push(`${new Date().toISOString()} ${fault}`)
      // A failing proxy answers fast: it must not drown the test.
      await new Promise(resolve => setTimeout(resolve, fault === undefined ? 5 : 50))
    }
  }
  const asking = Array.from({ length: clients }, ask)
  return {
    async stop() {
      isOver = true
      await Promise.all(asking)
      agent.destroy()
      return { requests, failures }
    },
  }
}
