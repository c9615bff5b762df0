import { chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { balancerConfiguration } from './balancer-configuration.js'
import { readKeys } from './keys.js'
import { nodeSettings, seedsIn, type Environment, type Host } from './node-settings.js'
import { NodeError } from './node-error.js'
import { serfConfiguration, type Role } from './serf-configuration.js'

/** Users that own the files, by their names in `/etc/passwd`. */
const serfUser = '_serf'
const haproxyUser = 'haproxy'

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
  const serfFolder = await createPrivateFolder(place, 'serf', serfUser)
  // Serf's own retry is the fast start. It stops at the first answer, even the node's own,
  // so `join-seeds` continues.
  const seeds = seedsIn(environment)
  const serf = { name, role, address, gossipPort: 7946, rpc, keys, profile, seeds }
  await writePrivateFile(serfFolder, 'serf.json', JSON.stringify(serfConfiguration(serf), null, 2))
  await writePrivateFile(serfFolder, 'rpc.key', keys.rpc)
  if (role === 'balancer') {
    const folder = await createPrivateFolder(place, 'haproxy', haproxyUser)
    await writePrivateFile(folder, 'rpc.key', keys.rpc)
    await writePrivateFile(folder, 'serf-haproxy.yaml', balancerConfiguration(folder.path, rpc))
  }
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

/** Folder that only the user of a service can read. */
interface PrivateFolder {
  readonly path: string
  readonly uid: number
  readonly gid: number
}

async function createPrivateFolder(
  { run, accounts }: NodePlace,
  name: string,
  user: string,
): Promise<PrivateFolder> {
  const path = join(run, name)
  const line = (await readFile(accounts, 'utf8'))
    .split('\n')
    .find(account => account.startsWith(`${user}:`))
  const [uid, gid] = (line?.split(':') ?? []).slice(2, 4).map(Number)
  if (uid === undefined || gid === undefined) {
    throw new NodeError(`${accounts}: expected the user ${user} of Debian's package, got none`)
  }
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chown(path, uid, gid)
  return { path, uid, gid }
}

async function writePrivateFile(
  { path, uid, gid }: PrivateFolder,
  name: string,
  text: string,
): Promise<void> {
  await writeFile(join(path, name), text, { mode: 0o600 })
  await chown(join(path, name), uid, gid)
}
