import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { agentConfiguration, serfConfiguration, type Keys } from 'lab-node'
import { generate, loadDescription, writeTree, type Description } from 's6-service-gen'
import { stringify } from 'yaml'
import { addressOf, backendName, balancer, pool, ports, type Place } from '../engine/place.js'
import { keysAreGone } from '../lab-error.js'
import { processServices } from './process-services.js'
import { repository } from '../repository.js'
import { roleOf, type Role, type Stage } from '../engine/stage.js'

/** The paths that belong to one node. */
export interface NodePaths {
  readonly folder: string
  /** The scan directory of the node's s6-svscan. */
  readonly scan: string
  readonly logs: string
  readonly run: string
}

/** Returns the paths of a node's files, which need not exist. */
export function nodePaths(place: Place, node: string): NodePaths {
  const folder = join(place.folder, 'nodes', node)
  return { folder, scan: join(folder, 'scan'), logs: join(folder, 'log'), run: join(folder, 'run') }
}

/** Returns the file with the keys of a lab. */
export function keysFile(place: Place): string {
  return join(place.folder, 'keys.json')
}

/**
 * The keys of a lab that runs.
 *
 * @throws LabError when they are gone, as while the lab is being ended
 */
export async function readKeys(place: Place): Promise<Keys> {
  const text = await readFile(keysFile(place), 'utf8').catch((error: Error) => {
    throw keysAreGone(error, place.folder)
  })
  return JSON.parse(text) as Keys
}

/**
 * Writes everything a node needs at this stage, the service tree included, and
 * returns the environment that its services expect.
 *
 * @param seeds - nodes that it may join the cluster through
 */
export async function writeNodeFiles(
  place: Place,
  node: string,
  seeds: readonly string[],
  stage: Stage,
): Promise<Record<string, string>> {
  const paths = nodePaths(place, node)
  const keys = await readKeys(place)
  await writeStage(paths, roleOf(node), stage)
  const serfConfig = join(paths.folder, 'serf.json')
  const serf = {
    ...serfOf(place, node, keys, seeds),
    ...stage.serf({ node, addressOf: other => addressOf(place, other) }),
  }
  await writeSecret(serfConfig, JSON.stringify(serf, null, 2))
  return {
    PATH: `${join(repository, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
    LOG_DIR: paths.logs,
    NODE_DIR: paths.folder,
    SCAN_DIR: paths.scan,
    NODE_IP: addressOf(place, node),
    SERF_CONFIG: serfConfig,
    ...(node === balancer
      ? await writeBalancerFiles(place, keys)
      : await writeBackendFiles(place, node, keys)),
  }
}

/** The services and files that a node has at this stage. */
async function writeStage(paths: NodePaths, role: Role, stage: Stage): Promise<void> {
  for (const folder of [paths.run, paths.logs])
    await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeTree(paths.scan, generate(await servicesOf(stage, role), { layout: 's6' }))
  for (const [name, source] of Object.entries(stage.files[role])) {
    await copyFile(source, join(paths.folder, name))
  }
}

function serfOf(place: Place, node: string, keys: Keys, seeds: readonly string[]): object {
  return serfConfiguration({
    name: node,
    role: node === balancer ? 'balancer' : 'backend',
    address: addressOf(place, node),
    gossipPort: ports.gossip,
    rpc: serfRpc(place, node),
    keys,
    // Times for nodes that share a machine.
    profile: 'local',
    seeds: seeds.map(seed => addressOf(place, seed)),
  })
}

function serfRpc(place: Place, node: string): string {
  return `${addressOf(place, node)}:${ports.serfRpc}`
}

/** The services that a role has at a stage. */
export async function servicesOf(stage: Stage, role: Role): Promise<Description> {
  return processServices(await loadDescription(stage.descriptions[role]), stage.services[role])
}

async function writeBalancerFiles(place: Place, keys: Keys): Promise<Record<string, string>> {
  const { folder, run } = nodePaths(place, balancer)
  const address = addressOf(place, balancer)
  const keyFile = join(folder, 'rpc.key')
  const agentConfig = join(folder, 'serf-haproxy.yaml')
  const environment = {
    HAPROXY_CFG: join(folder, 'haproxy.cfg'),
    HAPROXY_MASTER: join(run, 'master.sock'),
    HAPROXY_RUNTIME: runtimeSocket(place),
    // For configurations that are written by hand.
    ...Object.fromEntries(
      [1, 2, 3].map(number => [`WEBAPP_${number}_IP`, addressOf(place, backendName(number))]),
    ),
    SERF_RPC_ADDR: serfRpc(place, balancer),
    SERF_RPC_KEY_FILE: keyFile,
    SERF_HAPROXY_CONFIG: agentConfig,
  }
  await writeSecret(keyFile, keys.rpc)
  await writeSecret(
    agentConfig,
    stringify(
      agentConfiguration({
        serfRpc: environment.SERF_RPC_ADDR,
        keyFile,
        configFile: environment.HAPROXY_CFG,
        runtimeSocket: runtimeSocket(place),
        masterSocket: environment.HAPROXY_MASTER,
        traffic: `${address}:${ports.traffic}`,
        stats: `${address}:${ports.stats}`,
        listen: `${address}:${ports.agent}`,
        pool,
        applicationPort: ports.application,
      }),
    ),
  )
  return environment
}

/** The stats socket of the lab's HAProxy. */
export function runtimeSocket(place: Place): string {
  return join(nodePaths(place, balancer).run, 'runtime.sock')
}

async function writeBackendFiles(
  place: Place,
  node: string,
  keys: Keys,
): Promise<Record<string, string>> {
  const keyFile = join(nodePaths(place, node).folder, 'rpc.key')
  await writeSecret(keyFile, keys.rpc)
  return {
    SERF_RPC_ADDR: serfRpc(place, node),
    SERF_RPC_KEY_FILE: keyFile,
    SERVER_IP: addressOf(place, node),
    SERVER_NAME: node,
    SERVER_TAG: node,
    PORT: String(ports.application),
  }
}

/** Writes a file that only this user may read. */
export function writeSecret(path: string, text: string, flag: 'w' | 'wx' = 'w'): Promise<void> {
  return writeFile(path, text, { mode: 0o600, flag })
}
