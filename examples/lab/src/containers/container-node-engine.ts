import { stopSeconds } from 'lab-images'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { containerEvidence } from './container-evidence.js'
import {
  claim,
  hasNetwork,
  keysFolder,
  labKeys,
  requireImages,
  type RunnerName,
} from './container-lab.js'
import { applicationPort, publishedPorts, type ContainerPlace } from './container-place.js'
import { nodeArguments } from './container-run.js'
import { mountStage } from './container-stage.js'
import { nodeContainers } from './node-containers.js'
import { haproxySocket } from './container-socket.js'
import type { NodeEngine, NodeState } from '../engine/node-engine.js'
import { LabError } from '../lab-error.js'
import { balancer } from '../engine/place.js'
import { requireFreePort } from '../engine/free-port.js'
import { appliedStage, type Stage } from '../engine/stage.js'
import { patienceMs, until } from '../until.js'

const localhost = '127.0.0.1'
const webapp = '/run/service/webapp'

/**
 * Runs every node as a container with docker or podman. All state is in the
 * engine, and in the lab's folder, so that any terminal can work on the lab.
 */
export function containerEngine(
  place: ContainerPlace,
  wanted?: RunnerName,
  stage: Stage = appliedStage,
): NodeEngine {
  const runner = nodeContainers(place, wanted)
  const { cli, run, nameOf, running, requireRunning } = runner
  const frozenMark = (node: string) => join(place.folder, 'frozen', node)

  async function isFrozen(node: string): Promise<boolean> {
    // The mark says where to look; the service itself says what is true.
    if (!(await stat(frozenMark(node)).catch(() => undefined))) return false
    const args = ['exec', nameOf(node), 's6-svstat', '-o', 'paused', webapp]
    return (await (await cli()).attempt(args)).stdout.trim() === 'true'
  }

  async function nodes(): Promise<ReadonlyMap<string, NodeState>> {
    const states = (await running()).map(async (node): Promise<[string, NodeState]> => {
      return [node, (await isFrozen(node)) ? 'frozen' : 'running']
    })
    return new Map(await Promise.all(states))
  }

  async function start(node: string): Promise<void> {
    if ((await running()).includes(node))
      throw new LabError(`The name ${node} is taken: that node runs already`)
    await requireFreePorts(place, node)
    await runner.remove(node)
    await rm(frozenMark(node), { force: true })
    try {
      const mount = await mountStage(place, node, stage)
      await run(...nodeArguments(place, node, keysFolder(place), mount))
      if (stage.isSupervised) await run('exec', nameOf(node), 'services-ready', String(patienceMs))
      else await answers(node)
    } catch (error) {
      const { stdout, stderr } = await (await cli()).attempt(['logs', '--tail=5', nameOf(node)])
      await runner.remove(node)
      const reason = `${(error as Error).message}\n${stdout}${stderr}`.trim()
      throw new LabError(`Node ${node} did not start, and was ended: ${reason}`)
    }
  }

  /** A node without services is ready when it answers. */
  async function answers(node: string): Promise<void> {
    const [{ published } = { published: 0 }] = publishedPorts(place, node)
    const url = `http://${localhost}:${published}/`
    await until(() => fetch(url).then(Boolean, () => false), {
      what: `an answer at ${url}`,
    })
  }

  async function stop(node: string): Promise<void> {
    await requireRunning(node)
    // One that is stopped in its tracks could not hear that it is to end.
    if (await isFrozen(node)) await run('exec', nameOf(node), 's6-svc', '-c', webapp)
    await run('stop', '--time', String(stopSeconds), nameOf(node))
  }

  const socket = haproxySocket(runner, place)
  return {
    kind: 'containers',
    nodes,
    start,
    stop,
    ...containerEvidence(runner, place),

    async exists() {
      return hasNetwork(await cli(), place)
    },

    async create() {
      const found = await cli()
      if (await hasNetwork(found, place)) {
        throw new LabError(
          `A lab runs in the network ${place.network} already: use it, end it with: npm run lab -- down, or give this one another network with --subnet 192.168.43`,
        )
      }
      await requireFreePorts(place, balancer)
      await requireImages(found)
      await claim(found, place)
    },

    async kill(node) {
      await requireRunning(node)
      await run('kill', '--signal', 'KILL', nameOf(node))
      // Not the engine's own wait: podman 4.3 takes 20 seconds for it.
      await until(async () => !(await running()).includes(node), {
        what: `node ${node} to end`,
      })
    },

    async freeze(node) {
      await requireRunning(node)
      await run('exec', nameOf(node), 's6-svc', '-p', webapp)
      await mkdir(join(place.folder, 'frozen'), { recursive: true })
      await writeFile(frozenMark(node), '')
    },

    async destroy() {
      await Promise.allSettled((await running()).map(stop))
      await runner.remove()
      if (await hasNetwork(await cli(), place)) await run('network', 'rm', place.network)
      await rm(place.folder, { recursive: true, force: true })
    },

    async endpoints() {
      const { traffic, stats, serfRpc } = place.published
      return {
        traffic: { host: localhost, port: traffic },
        statsUrl: `http://${localhost}:${stats}/`,
        serf: { host: localhost, port: serfRpc, authKey: (await labKeys(place)).rpc },
        runtimeSocket: await socket(),
      }
    },

    applicationOf: node => ({ host: localhost, port: applicationPort(place, node) }),
  }
}

async function requireFreePorts(place: ContainerPlace, node: string): Promise<void> {
  const hint = 'the lab publishes its ports there'
  for (const { published } of publishedPorts(place, node)) {
    await requireFreePort(localhost, published, { node, other: '192.168.43', hint })
  }
}
