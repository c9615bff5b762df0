import { connect } from 'node-serf-client'
import type { NodeEngine } from '../src/engine/node-engine.js'
import { createLab } from '../src/lab/lab.js'
import { listeningSince, startTraffic } from '../src/lab/traffic.js'
import { until } from '../src/until.js'
import { summary, type Summary } from './summary.js'

/** Times from the moment when a joining node's web application listens; ms. */
export interface JoinLatency {
  /** Until the first response of that node through HAProxy. */
  readonly firstResponse: Summary
  /** Until Serf's own event stream reported the join: where an event handler would begin. */
  readonly serfEvent: Summary
  /** Median of the second over median of the first. */
  readonly ratio: number
}

/** The nodes that join one after the other, each as the second one; names that the cluster has not seen. */
const joining = Array.from({ length: 21 }, (_, i) => `s${i + 2}`)

/**
 * Joins nodes to a lab one by one. For each, in the same run: the first
 * response through HAProxy, and the event by which Serf's handlers learn of it.
 */
export async function joinLatency(engine: NodeEngine): Promise<JoinLatency> {
  const lab = createLab(engine)
  await lab.up(1)
  const { traffic: target, serf } = await engine.endpoints()
  await using client = await connect(serf)
  const eventAt = new Map<string, number>()
  const events = await client.stream(['member-join'])
  const listening = (async () => {
    for await (const { members } of events) {
      const now = performance.timeOrigin + performance.now()
      for (const { name } of members) if (!eventAt.has(name)) eventAt.set(name, now)
    }
  })()

  const responses: number[] = []
  const serfEvents: number[] = []
  for (const node of joining) {
    const traffic = startTraffic(target)
    await lab.start(node)
    const since = await listeningSince(engine.applicationOf(node))
    const what = `${node} to be known`
    const waiting = { timeoutMs: 10_000 }
    const first = await until(
      what,
      async () => traffic.answers.find(answer => answer.node === node),
      waiting,
    )
    await traffic.stop()
    responses.push(first.at - since)
    serfEvents.push((await until(what, async () => eventAt.get(node), waiting)) - since)
    await lab.stop(node)
    process.stderr.write(`  ${node}: ${(first.at - since).toFixed(1)} ms\n`)
  }
  await events.return?.()
  await listening
  await lab.down()
  const firstResponse = summary(responses)
  const serfEvent = summary(serfEvents)
  return { firstResponse, serfEvent, ratio: serfEvent.median / firstResponse.median }
}
