import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { connect } from 'node-serf-client'
import type { NodeEngine } from '../src/engine/node-engine.js'
import type { Place } from '../src/engine/place.js'
import { nodePaths } from '../src/processes/node-files.js'
import { until } from '../src/until.js'
import { startBrokenNode, type Defect } from './broken-node.js'

const execute = promisify(execFile)

/** The lab and the nodes of an action. At its end, as at its start, all web applications run. */
export interface ActionContext {
  readonly engine: NodeEngine
  readonly place: Place
  /** The web application's node that the action may take away. */
  readonly node: string
  /** Every web application's node. */
  readonly backends: readonly string[]
  readonly random: () => number
  /** Number of this action: names of nodes that join are made of it. */
  readonly number: number
  /** Called with the requests of clients that a broken node got. */
  readonly onLeaked: (requests: number) => void
}

/** The actions of a soak run, by name. */
export const soakActions = {
  /** Stops a node in order and starts it again. */
  stop: async ({ engine, node, random }) => {
    await engine.stop(node)
    await pause(random, 1500)
    await engine.start(node)
  },
  /** Ends a node as a power failure would, and starts it again. */
  kill: async ({ engine, node, random }) => {
    await engine.kill(node)
    await pause(random, 1500)
    await engine.start(node)
  },
  /** Suspends a web application; its supervisor ends and restarts it. */
  freeze: async ({ engine, place, node }) => {
    const application = join(nodePaths(place, node).scan, 'webapp')
    const pid = async () => (await execute('s6-svstat', ['-o', 'pid', application])).stdout.trim()
    const frozen = await pid()
    await engine.freeze(node)
    const isRestarted = async () => !['-1', frozen].includes(await pid())
    await until(`${node} to be restarted`, isRestarted, { everyMs: 50 })
  },
  /** Suspends a node's Serf agent; its web application goes on. */
  'freeze-serf': async ({ place, node, random }) => {
    const service = join(nodePaths(place, node).scan, 'serf')
    await execute('s6-svc', ['-p', service])
    await pause(random, 4000)
    await execute('s6-svc', ['-c', service])
  },
  /** `serf force-leave` of every living node, several times. */
  'force-leave': async ({ engine, backends, random }) => {
    const { serf } = await engine.endpoints()
    await using client = await connect(serf)
    const rounds = 1 + Math.floor(random() * 8)
    for (let round = 0; round < rounds; round++) {
      for (const name of backends) await client.forceLeave(name)
      await wait(150)
    }
  },
  /** A node joins whose application answers 503 to everything, its health check included. */
  'join-refusing': context => joinBroken(context, 'refuses'),
  /** A node joins whose application accepts connections and never answers. */
  'join-hanging': context => joinBroken(context, 'hangs'),
  /** A node joins on which nothing listens. */
  'join-absent': context => joinBroken(context, 'absent'),
} satisfies Readonly<Record<string, (context: ActionContext) => Promise<void>>>

/** Name of an action. */
export type ActionName = keyof typeof soakActions

/** Actions that need the address of the broken node, of which there is one. */
export function isJoin(name: ActionName): boolean {
  return name.startsWith('join-')
}

/** Actions that take a node away for a while. */
export function isOnNode(name: ActionName): boolean {
  return !isJoin(name) && name !== 'force-leave'
}

async function joinBroken(context: ActionContext, defect: Defect): Promise<void> {
  const { place, number, random, onLeaked } = context
  const node = await startBrokenNode(place, `broken-${number}`, defect)
  await pause(random, 2500)
  await node.end(random() < 0.7 ? 'leave' : 'kill')
  onLeaked(node.clients())
}

/** Waits between a half and the whole of `mostMs`. */
function pause(random: () => number, mostMs: number): Promise<void> {
  return wait(mostMs * (0.5 + random() / 2))
}
