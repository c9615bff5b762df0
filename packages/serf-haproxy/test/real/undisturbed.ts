import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import type { RealCluster } from './real-cluster.js'
import { startTraffic } from './traffic.js'

/** Set by `npm run proofs`: disturbances take as long as it takes to be sure. */
export const isSoak = process.env['SOAK'] !== undefined

/**
 * Sends traffic while `meanwhile` runs. Fails the test when a request fails,
 * one of the named servers is removed, no server has traffic, or HAProxy is
 * reloaded.
 */
export async function undisturbed(
  t: Test,
  { servers, agent, url }: RealCluster,
  names: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<void> {
  const traffic = startTraffic(url)
  let isOver = false
  const missing = new Set<string>()
  let withTraffic = Infinity
  const watching = (async () => {
    while (!isOver) {
      const running = await servers()
      for (const name of names) if (!running.some(each => each.name === name)) missing.add(name)
      withTraffic = Math.min(withTraffic, running.filter(({ weight }) => weight > 0).length)
      await wait(20)
    }
  })()
  const stop = async () => {
    isOver = true
    await watching
    return traffic.stop()
  }
  try {
    await meanwhile()
  } catch (error) {
    await stop()
    throw error
  }
  const { requests, failures } = await stop()
  t.same([...missing], [], 'no server was removed')
  t.ok(withTraffic >= 1, `${withTraffic} servers or more had traffic at any time`)
  t.same(failures, [], `of ${requests} requests none failed`)
  t.equal(agent.state().counters.reloads, 0, 'nothing was reloaded')
}
