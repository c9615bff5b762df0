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
  type ContainerRunner,
} from './container-lab.js'
import { applicationPort, publishedPorts, type ContainerPlace } from './container-place.js'
import { nodeArguments } from './container-run.js'
import { mountStage } from './container-stage.js'
import { nodeContainers, type NodeContainers } from './node-containers.js'
import { haproxySocket } from './container-socket.js'
import type { Endpoints, NodeEngine, NodeState } from '../engine/node-engine.js'
import { removeLabFolder, requireLabFolder } from '../engine/lab-folder.js'
import { LabError } from '../lab-error.js'
import { shellWord } from '../shell-word.js'
import { balancer } from '../engine/place.js'
import { requireFreePort } from '../engine/free-port.js'
import { appliedStage, type Stage } from '../engine/stage.js'
import { defaultTimeoutMs, until } from '../until.js'

const localhost = '127.0.0.1'
const webappService = '/run/service/webapp'

/**
 * Returns the engine that runs every node as a container with docker or podman.
 * All state is in that program and in the lab's folder, so any terminal can use
 * the lab.
 */
export function containerEngine(
  place: ContainerPlace,
  wanted?: ContainerRunner,
  stage: Stage = appliedStage,
): NodeEngine {
  return new ContainerNodeEngine(place, nodeContainers(place, wanted), stage)
}

class ContainerNodeEngine implements NodeEngine {
  readonly kind = 'containers'
  readonly logs: NodeEngine['logs']
  readonly inspect: NodeEngine['inspect']
  readonly list: NodeEngine['list']
  readonly images: NodeEngine['images']
  readonly exec: NodeEngine['exec']
  readonly folder: string
  readonly #place: ContainerPlace
  readonly #containers: NodeContainers
  readonly stage: Stage
  readonly #socket: () => Promise<string>

  constructor(place: ContainerPlace, containers: NodeContainers, stage: Stage) {
    this.#place = place
    this.folder = place.folder
    this.#containers = containers
    this.stage = stage
    this.#socket = haproxySocket(containers, place)
    const evidence = containerEvidence(containers, place)
    this.logs = evidence.logs
    this.inspect = evidence.inspect
    this.list = evidence.list
    this.images = evidence.images
    this.exec = evidence.exec
  }

  async exists(): Promise<boolean> {
    return hasNetwork(await this.#containers.cli(), this.#place)
  }

  async create(): Promise<void> {
    const cli = await this.#containers.cli()
    const place = this.#place
    if (await hasNetwork(cli, place)) {
      throw new LabError(
        `A lab runs in the network ${place.network} already: use it, end it with: npm run lab -- down --folder ${shellWord(place.folder)}, or give this one another network with --subnet 192.168.43`,
      )
    }
    await requireFreePorts(place, balancer)
    await requireImages(cli)
    await claim(cli, place, this.stage)
  }

  async start(node: string): Promise<void> {
    const place = this.#place
    const { cli, nameOf, remove, run, running } = this.#containers
    requireLabFolder(place.folder)
    if ((await running()).includes(node))
      throw new LabError(`The name ${node} is taken: that node runs already`)
    await requireFreePorts(place, node)
    await remove(node)
    await rm(this.#frozenMark(node), { force: true })
    try {
      const mount = await mountStage(place, node, this.stage)
      await run(...nodeArguments(place, node, keysFolder(place), mount))
      if (this.stage.isSupervised)
        await run('exec', nameOf(node), 'services-ready', String(defaultTimeoutMs))
      else await requireAnswer(place, node)
    } catch (error) {
      const { stdout, stderr } = await (await cli()).attempt(['logs', '--tail=5', nameOf(node)])
      await remove(node)
      const reason = `${(error as Error).message}\n${stdout}${stderr}`.trim()
      throw new LabError(`Node ${node} did not start, and was ended: ${reason}`)
    }
  }

  async stop(node: string): Promise<void> {
    const { nameOf, requireRunning, run } = this.#containers
    await requireRunning(node)
    // A frozen application would not receive the signal to end.
    if (await this.#isFrozen(node)) await run('exec', nameOf(node), 's6-svc', '-c', webappService)
    await run('stop', '--time', String(stopSeconds), nameOf(node))
  }

  async kill(node: string): Promise<void> {
    const { nameOf, requireRunning, run, running } = this.#containers
    await requireRunning(node)
    await run('kill', '--signal', 'KILL', nameOf(node))
    // Instead of the engine's own wait: podman 4.3 needs 20 seconds for it.
    await until(`node ${node} to end`, async () => !(await running()).includes(node))
  }

  async freeze(node: string): Promise<void> {
    const { nameOf, requireRunning, run } = this.#containers
    requireLabFolder(this.#place.folder)
    await requireRunning(node)
    await run('exec', nameOf(node), 's6-svc', '-p', webappService)
    await mkdir(join(this.#place.folder, 'frozen'), { recursive: true })
    await writeFile(this.#frozenMark(node), '')
  }

  async thaw(node: string): Promise<void> {
    const { nameOf, requireRunning, run } = this.#containers
    await requireRunning(node)
    await run('exec', nameOf(node), 's6-svc', '-c', webappService)
    await rm(this.#frozenMark(node), { force: true })
  }

  async nodes(): Promise<ReadonlyMap<string, NodeState>> {
    const running = await this.#containers.running()
    const states = running.map(async (node): Promise<[string, NodeState]> => {
      return [node, (await this.#isFrozen(node)) ? 'frozen' : 'running']
    })
    return new Map(await Promise.all(states))
  }

  async destroy(): Promise<void> {
    const { cli, remove, run, running } = this.#containers
    await Promise.allSettled((await running()).map(node => this.stop(node)))
    await remove()
    if (await hasNetwork(await cli(), this.#place)) await run('network', 'rm', this.#place.network)
    await removeLabFolder(this.#place.folder)
  }

  async endpoints(): Promise<Endpoints> {
    const { traffic, stats, serfRpc } = this.#place.published
    return {
      traffic: { host: localhost, port: traffic },
      statsUrl: `http://${localhost}:${stats}/`,
      serf: { host: localhost, port: serfRpc, authKey: (await labKeys(this.#place)).rpc },
      runtimeSocket: await this.#socket(),
    }
  }

  applicationOf(node: string): { readonly host: string; readonly port: number } {
    return { host: localhost, port: applicationPort(this.#place, node) }
  }

  #frozenMark(node: string): string {
    return join(this.#place.folder, 'frozen', node)
  }

  async #isFrozen(node: string): Promise<boolean> {
    // The mark spares an `exec` for each node; the service's own state decides.
    if (!(await stat(this.#frozenMark(node)).catch(() => undefined))) return false
    const { cli, nameOf } = this.#containers
    const args = ['exec', nameOf(node), 's6-svstat', '-o', 'paused', webappService]
    return (await (await cli()).attempt(args)).stdout.trim() === 'true'
  }
}

/** Waits for an answer of a node without services: it is ready then. */
async function requireAnswer(place: ContainerPlace, node: string): Promise<void> {
  const [{ published } = { published: 0 }] = publishedPorts(place, node)
  const url = `http://${localhost}:${published}/`
  await until(`an answer at ${url}`, () => fetch(url).then(Boolean, () => false))
}

async function requireFreePorts(place: ContainerPlace, node: string): Promise<void> {
  const hint = 'the lab publishes its ports there'
  for (const { published } of publishedPorts(place, node)) {
    await requireFreePort(localhost, published, { node, other: '192.168.43', hint })
  }
}
