import { execFile } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type {
  Endpoints,
  Inspection,
  NodeEngine,
  NodeState,
  Printed,
} from '../engine/node-engine.js'
import { LabError } from '../lab-error.js'
import { removeLabFolder, requireLabFolder } from '../engine/lab-folder.js'
import {
  continueApplication,
  isApplicationSuspended,
  suspendApplication,
} from './application-service.js'
import { claimLabFolder, isLabFolder } from './lab-folder.js'
import { firstProcess, supervisorOf, writeIdentity } from './node-identity.js'
import { nodePaths, readKeys, runtimeSocket, writeNodeFiles } from './node-files.js'
import { nodeTable } from '../engine/node-table.js'
import { addressOf, balancer, ports, type Place } from '../engine/place.js'
import { requireFreePorts, requirePrograms } from './preflight.js'
import { environmentOf, inspectProcesses } from './process-facts.js'
import { readNodeLogs } from './process-logs.js'
import { programSizes } from './program-sizes.js'
import { isRunning, killMarked, signalProcess, termMarked, type ProcessId } from './processes.js'
import { appliedStage, type Stage } from '../engine/stage.js'
import { awaitNode, spawnNode } from './start-processes.js'
import { defaultTimeoutMs, until } from '../until.js'

const execute = promisify(execFile)

const stopTimeoutMs = 25_000

/**
 * Returns the engine that runs every node as a tree of processes on this
 * machine: one `s6-svscan` a node, on a loopback address of its own. All state
 * is in the lab's folder and in the processes, so any terminal can use the lab.
 */
export function processEngine(place: Place, stage: Stage = appliedStage): NodeEngine {
  return new ProcessEngine(place, stage)
}

class ProcessEngine implements NodeEngine {
  readonly kind = 'processes'
  readonly images = programSizes
  readonly folder: string
  readonly #place: Place
  readonly stage: Stage

  constructor(place: Place, stage: Stage) {
    this.#place = place
    this.folder = place.folder
    this.stage = stage
  }

  exists(): Promise<boolean> {
    return isLabFolder(this.#place)
  }

  async create(): Promise<void> {
    await requirePrograms()
    await claimLabFolder(this.#place, this.stage)
  }

  async start(node: string): Promise<void> {
    const place = this.#place
    requireLabFolder(place.folder)
    if (await supervisorOf(this.#place, node))
      throw new LabError(`The name ${node} is taken: that node runs already`)
    await requireFreePorts(place, node)
    await rm(nodePaths(place, node).folder, { recursive: true, force: true })
    // Any member is enough; the load balancer is first, since it has to learn of the node soonest.
    const known = [balancer, ...(await this.nodes()).keys(), 's1', 's2']
    const seeds = [...new Set(known)].filter(seed => seed !== node)
    const environment = await writeNodeFiles(place, node, seeds, this.stage)
    const paths = nodePaths(place, node)
    const identity = await spawnNode(node, paths, this.stage, environment, this.#mark(node))
    await writeIdentity(place, node, identity)
    try {
      await awaitNode(place, node, paths, this.stage, identity)
    } catch (error) {
      await killMarked(this.#mark(node))
      throw new LabError(`Node ${node} did not start, and was ended: ${(error as Error).message}`)
    }
  }

  async stop(node: string): Promise<void> {
    const supervisor = await this.#requireRunning(node)
    // A frozen application would not receive the signal to end.
    await continueApplication(nodePaths(this.#place, node)).catch(() => {})
    signalProcess(supervisor.pid, 'SIGTERM')
    await until(`node ${node} to end`, async () => !(await isRunning(supervisor)), {
      timeoutMs: stopTimeoutMs,
    }).catch(() => {
      // The services had their time; the rest is ended below.
    })
    // As s6-overlay does at the end: the remaining processes get SIGTERM once, then SIGKILL.
    await termMarked(this.#mark(node))
    await killMarked(this.#mark(node))
  }

  async kill(node: string): Promise<void> {
    await this.#requireRunning(node)
    await killMarked(this.#mark(node))
  }

  async freeze(node: string): Promise<void> {
    await this.#requireRunning(node)
    await suspendApplication(nodePaths(this.#place, node))
  }

  async thaw(node: string): Promise<void> {
    await this.#requireRunning(node)
    await continueApplication(nodePaths(this.#place, node))
  }

  async nodes(): Promise<ReadonlyMap<string, NodeState>> {
    const states = await Promise.all(
      (await this.#folders()).map(async (node): Promise<[string, NodeState][]> => {
        if (!(await supervisorOf(this.#place, node))) return []
        const isFrozen = await isApplicationSuspended(nodePaths(this.#place, node))
        return [[node, isFrozen ? 'frozen' : 'running']]
      }),
    )
    return new Map(states.flat())
  }

  async destroy(): Promise<void> {
    const running = [...(await this.nodes()).keys()]
    await Promise.all(running.map(node => this.stop(node)))
    await killMarked(`${this.#place.folder}/`)
    await removeLabFolder(this.#place.folder)
  }

  async endpoints(): Promise<Endpoints> {
    const host = addressOf(this.#place, balancer)
    return {
      traffic: { host, port: ports.traffic },
      statsUrl: `http://${host}:${ports.stats}/`,
      pageUrl: `http://${host}:${ports.agent}/`,
      serf: { host, port: ports.serfRpc, authKey: (await readKeys(this.#place)).rpc },
      runtimeSocket: runtimeSocket(this.#place),
    }
  }

  async logs(node: string): Promise<Printed> {
    const folder = nodePaths(this.#place, node).logs
    return { command: `read ${folder}`, text: await readNodeLogs(folder) }
  }

  async inspect(node: string): Promise<Inspection> {
    const { pid } = await firstProcess(this.#place, node)
    return inspectProcesses(this.#place, node, pid, this.#mark(node))
  }

  async list(): Promise<Printed> {
    const names = await this.#folders()
    const inspected = await Promise.all(names.toSorted().map(node => this.inspect(node)))
    const text = nodeTable(inspected.map(({ facts }) => facts))
    return { command: 'read /proc of each node', text }
  }

  async exec(node: string, [program = '', ...args]: readonly string[]): Promise<Printed> {
    const { pid } = await this.#requireRunning(node)
    const command = [program, ...args].join(' ')
    const { stdout, stderr } = await execute(program, args, {
      cwd: nodePaths(this.#place, node).folder,
      env: await environmentOf(pid),
      timeout: defaultTimeoutMs,
    }).catch((error: Error & { stderr?: string }) => {
      throw new LabError(`On ${node}, ${command} failed: ${error.stderr ?? error.message}`)
    })
    return { command, text: `${stdout}${stderr}` }
  }

  applicationOf(node: string): { readonly host: string; readonly port: number } {
    return { host: addressOf(this.#place, node), port: ports.application }
  }

  /** The mark of a node's processes; the slash tells s1 from s11. */
  #mark(node: string): string {
    return `${this.#place.folder}/${node}/`
  }

  /** Returns the nodes that have a folder, running or not. */
  #folders(): Promise<string[]> {
    return readdir(join(this.#place.folder, 'nodes')).catch((): string[] => [])
  }

  async #requireRunning(node: string): Promise<ProcessId> {
    const supervisor = await supervisorOf(this.#place, node)
    if (supervisor) return supervisor
    const running = [...(await this.nodes()).keys()].join(', ')
    throw new LabError(`Node ${node} does not run: expected one of: ${running}`)
  }
}
