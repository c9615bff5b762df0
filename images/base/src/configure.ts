import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { balancerConfiguration } from './balancer-configuration.js'
import { readKeys } from './keys.js'
import { nodeSettings, seedsIn, type Environment, type Host } from './node-settings.js'
import { NodeError } from './node-error.js'
import { serfConfiguration, type Role } from './serf-configuration.js'

/** Users that own the files, by their names in `/etc/passwd`. */
const serfUser = '_serf'
const haproxyUser = 'haproxy'
const agentUser = 'serf-haproxy'

/** Paths that the configuration of a node uses; the ENV of the image names the same ones. */
export interface NodePlace {
  /** `/run`, except in tests. */
  readonly run: string
  /** `/etc/passwd`, except in tests. */
  readonly accounts: string
}

/**
 * Writes the configuration of a node's services, before any of them is started.
 * The input is the container's environment and the mounted keys. Each file is
 * readable by one user. Derived variables go into a folder for `s6-envdir`.
 *
 * @throws NodeError if the environment or a key is invalid.
 */
export async function configure(
  environment: Environment,
  host: Host,
  place: NodePlace,
): Promise<void> {
  const role = roleIn(environment)
  const { name, address, rpc, profile } = await nodeSettings(environment, host)
  const keys = await readKeys(environment['KEYS'] ?? '/keys')
  const serfOwner = await ownerNamed(place, serfUser)
  const serfFolder = await createFolder(place, 'serf', serfOwner, 0o700)
  // Serf's own retry is the fast start. It stops at the first answer, even the node's own,
  // so `join-seeds` continues.
  const seeds = seedsIn(environment)
  const serf = { name, role, address, gossipPort: 7946, rpc, keys, profile, seeds }
  await writePrivateFile(serfFolder, 'serf.json', JSON.stringify(serfConfiguration(serf), null, 2))
  await writePrivateFile(serfFolder, 'rpc.key', keys.rpc)
  if (role === 'balancer') await configureBalancer(place, keys.rpc, rpc)
  await writeEnvironment(join(place.run, 'environment'), {
    NODE_NAME: name,
    NODE_ADDRESS: address,
    SERF_RPC_ADDR: rpc,
    ...(role === 'backend' && {
      SERVER_IP: address,
      SERVER_NAME: name,
      SERVER_TAG: tagIn(environment, name),
    }),
  })
}

/**
 * Writes the files of the agent and HAProxy, which are different users: HAProxy
 * reads its configuration and cannot write it, and the agent's group uses
 * HAProxy's sockets.
 */
async function configureBalancer(place: NodePlace, key: string, rpc: string): Promise<void> {
  const agent = await ownerNamed(place, agentUser)
  const haproxy = await ownerNamed(place, haproxyUser)
  const folder = await createFolder(place, 'serf-haproxy', { ...agent, gid: haproxy.gid }, 0o750)
  // New sockets get the group of this folder.
  const sockets = await createFolder(place, 'haproxy', { ...haproxy, gid: agent.gid }, 0o2750)
  // The agent keeps the owner, the group and the mode of the file that it replaces.
  await createFile(folder, 'haproxy.cfg', 0o640)
  const own = { ...folder, gid: agent.gid }
  await writePrivateFile(own, 'rpc.key', key)
  const text = balancerConfiguration({ agent: folder.path, sockets: sockets.path }, rpc)
  await writePrivateFile(own, 'serf-haproxy.yaml', text)
}

/** Writes one file per variable. */
async function writeEnvironment(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, value] of Object.entries(variables)) {
    await writeFile(join(folder, name), `${value}\n`)
  }
}

/** Tag of the application, from `SERVER_TAG` or the node's name; a file of `s6-envdir` has one line. */
function tagIn({ SERVER_TAG = '' }: Environment, name: string): string {
  if (!/[\r\n]/.test(SERVER_TAG)) return SERVER_TAG === '' ? name : SERVER_TAG
  throw new NodeError('SERVER_TAG: expected one line, got several')
}

function roleIn({ ROLE: role }: Environment): Role {
  if (role === 'balancer' || role === 'backend') return role
  throw new NodeError(`ROLE: expected balancer or backend, got ${role ?? 'nothing'}`)
}

/** User and group of files. */
interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Folder, and the owner of its files. */
interface OwnFolder extends Owner {
  readonly path: string
}

async function ownerNamed({ accounts }: NodePlace, user: string): Promise<Owner> {
  const line = (await readFile(accounts, 'utf8'))
    .split('\n')
    .find(account => account.startsWith(`${user}:`))
  const [uid, gid] = (line?.split(':') ?? []).slice(2, 4).map(Number)
  if (uid !== undefined && gid !== undefined) return { uid, gid }
  throw new NodeError(`${accounts}: expected the user ${user} of the image, got none`)
}

async function createFolder(
  { run }: NodePlace,
  name: string,
  owner: Owner,
  mode: number,
): Promise<OwnFolder> {
  const path = join(run, name)
  // Before the owner changes: root of the container may not change the mode of others' files.
  if (await mkdir(path, { recursive: true })) await chmod(path, mode)
  await chown(path, owner.uid, owner.gid)
  return { path, ...owner }
}

/** Creates an empty file; a restarted container may still have it. */
async function createFile({ path, uid, gid }: OwnFolder, name: string, mode: number) {
  const file = join(path, name)
  await writeFile(file, '', { flag: 'a', mode })
  await chown(file, uid, gid)
}

async function writePrivateFile(
  { path, uid, gid }: OwnFolder,
  name: string,
  text: string,
): Promise<void> {
  await writeFile(join(path, name), text, { mode: 0o600 })
  await chown(join(path, name), uid, gid)
}
