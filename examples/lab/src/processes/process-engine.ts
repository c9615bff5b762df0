import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NodeEngine, NodeState, Printed } from '../engine/node-engine.js'
import { LabError } from '../lab-error.js'
import { claimLabFolder, isLabFolder } from './lab-folder.js'
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
import { patienceMs, until } from '../until.js'

const execute = promisify(execFile)

const stopTimeoutMs = 25_000
const webapp = 'webapp'

/**
 * Runs every node as a tree of processes on this machine: one `s6-svscan` a
 * node, on a loopback address of its own. All state is in the lab's folder and
 * in the processes themselves, so that any terminal can work on the lab.
 */
export function processEngine(place: Place, stage: Stage = appliedStage): NodeEngine {
  const nodesFolder = join(place.folder, 'nodes')
  const identityFile = (node: string) => join(nodePaths(place, node).folder, 'supervisor.json')
  // It ends as no other can go on: s1 is not to be taken for s11.
  const mark = (node: string) => `${place.folder}/${node}/`

  async function supervisorOf(node: string): Promise<ProcessId | undefined> {
    const text = await readFile(identityFile(node), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const identity = JSON.parse(text) as ProcessId
    return (await isRunning(identity)) ? identity : undefined
  }

  /** A node's first process, alive or not. */
  async function firstProcess(node: string): Promise<ProcessId> {
    const text = await readFile(identityFile(node), 'utf8').catch(() => undefined)
    if (text !== undefined) return JSON.parse(text) as ProcessId
    throw new LabError(`There has been no node ${node} in this lab`)
  }

  async function inspect(node: string) {
    const { pid } = await firstProcess(node)
    return inspectProcesses(place, node, pid, mark(node))
  }

  async function exec(node: string, [program = '', ...args]: readonly string[]): Promise<Printed> {
    const { pid } = await requireRunning(node)
    const command = [program, ...args].join(' ')
    const { stdout, stderr } = await execute(program, args, {
      cwd: nodePaths(place, node).folder,
      env: await environmentOf(pid),
      timeout: patienceMs,
    }).catch((error: Error & { stderr?: string }) => {
      throw new LabError(`On ${node}, ${command} failed: ${error.stderr ?? error.message}`)
    })
    return { command, text: `${stdout}${stderr}` }
  }

  async function requireRunning(node: string): Promise<ProcessId> {
    const supervisor = await supervisorOf(node)
    if (supervisor) return supervisor
    const running = [...(await nodes()).keys()].join(', ')
    throw new LabError(`Node ${node} does not run: wanted one of: ${running}`)
  }

  async function nodes(): Promise<ReadonlyMap<string, NodeState>> {
    const names = await readdir(nodesFolder).catch((): string[] => [])
    const states = await Promise.all(
      names.map(async (node): Promise<[string, NodeState][]> => {
        if (!(await supervisorOf(node))) return []
        return [[node, (await isFrozen(node)) ? 'frozen' : 'running']]
      }),
    )
    return new Map(states.flat())
  }

  async function isFrozen(node: string): Promise<boolean> {
    const service = join(nodePaths(place, node).scan, webapp)
    const paused = await execute('s6-svstat', ['-o', 'paused', service]).catch(() => undefined)
    return paused?.stdout.trim() === 'true'
  }

  async function start(node: string): Promise<void> {
    if (await supervisorOf(node))
      throw new LabError(`The name ${node} is taken: that node runs already`)
    await requireFreePorts(place, node)
    await rm(nodePaths(place, node).folder, { recursive: true, force: true })
    // Any of them will do; the load balancer first, since it is to know soonest.
    const known = [balancer, ...(await nodes()).keys(), 's1', 's2']
    const seeds = [...new Set(known)].filter(seed => seed !== node)
    const environment = await writeNodeFiles(place, node, seeds, stage)
    const paths = nodePaths(place, node)
    const identity = await spawnNode(node, paths, stage, environment, mark(node))
    await writeFile(identityFile(node), JSON.stringify(identity))
    try {
      await awaitNode(place, node, paths, stage, identity)
    } catch (error) {
      await killMarked(mark(node))
      throw new LabError(`Node ${node} did not start, and was ended: ${(error as Error).message}`)
    }
  }

  async function stop(node: string): Promise<void> {
    const supervisor = await requireRunning(node)
    // One that is stopped in its tracks could not hear that it is to end.
    await execute('s6-svc', ['-c', join(nodePaths(place, node).scan, webapp)]).catch(() => {})
    signalProcess(supervisor.pid, 'SIGTERM')
    await until(async () => !(await isRunning(supervisor)), {
      what: `node ${node} to end`,
      timeoutMs: stopTimeoutMs,
    }).catch(() => {
      // Its services had their time; what is left is ended below.
    })
    // As s6-overlay does at the end: whoever is left is asked once, and then ended.
    await termMarked(mark(node))
    await killMarked(mark(node))
  }

  return {
    kind: 'processes',
    nodes,
    start,
    stop,
    inspect,
    exec,
    exists: () => isLabFolder(place),

    async create() {
      await requirePrograms()
      await claimLabFolder(place)
    },

    async kill(node) {
      await requireRunning(node)
      await killMarked(mark(node))
    },

    async freeze(node) {
      await requireRunning(node)
      await execute('s6-svc', ['-p', join(nodePaths(place, node).scan, webapp)])
    },

    async destroy() {
      const running = [...(await nodes()).keys()]
      await Promise.all(running.map(stop))
      await killMarked(`${place.folder}/`)
      await rm(place.folder, { recursive: true, force: true })
    },

    async endpoints() {
      const host = addressOf(place, balancer)
      return {
        traffic: { host, port: ports.traffic },
        statsUrl: `http://${host}:${ports.stats}/`,
        serf: { host, port: ports.serfRpc, authKey: (await readKeys(place)).rpc },
        runtimeSocket: runtimeSocket(place),
      }
    },

    async logs(node) {
      const folder = nodePaths(place, node).logs
      return { command: `read ${folder}`, text: await readNodeLogs(folder) }
    },

    async list() {
      const names = await readdir(nodesFolder).catch((): string[] => [])
      const inspected = await Promise.all(names.toSorted().map(inspect))
      const text = nodeTable(inspected.map(({ facts }) => facts))
      return { command: 'read /proc of each node', text }
    },

    images: programSizes,

    applicationOf: node => ({ host: addressOf(place, node), port: ports.application }),
  }
}
