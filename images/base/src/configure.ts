import { chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { balancerConfiguration } from './balancer-configuration.js'
import { readKeys } from './keys.js'
import { nodeSettings, seedsIn, type Environment, type Host } from './node-settings.js'
import { NodeError } from './node-error.js'
import { serfConfiguration, type Role } from './serf-configuration.js'

/** Who owns what, by the names in `/etc/passwd`. */
const serfUser = '_serf'
const haproxyUser = 'haproxy'

/** Where a node's configuration is written to; the image's ENV names the same paths. */
export interface NodePlace {
  /** `/run`, but for tests. */
  readonly run: string
  /** `/etc/passwd`, but for tests. */
  readonly accounts: string
}

/**
 * Writes what a node's services read: before any of them is started, from the
 * container's environment and the mounted keys. Each file is for one user; the
 * variables that are found out go into a folder for `s6-envdir`.
 *
 * @throws NodeError where the environment or a key is wrong.
 */
export async function configure(
  environment: Environment,
  host: Host,
  place: NodePlace,
): Promise<void> {
  const role = roleIn(environment)
  const { name, address, rpc, profile } = await nodeSettings(environment, host)
  const keys = await readKeys(environment['KEYS'] ?? '/keys')
  const serfFolder = await ownFolder(place, 'serf', serfUser)
  // Serf's own retry is the fast start. It stops at the first answer, even the node's own,
  // so `join-seeds` continues.
  const seeds = seedsIn(environment)
  const serf = { name, role, address, gossipPort: 7946, rpc, keys, profile, seeds }
  await ownFile(serfFolder, 'serf.json', JSON.stringify(serfConfiguration(serf), null, 2))
  await ownFile(serfFolder, 'rpc.key', keys.rpc)
  if (role === 'balancer') {
    const folder = await ownFolder(place, 'haproxy', haproxyUser)
    await ownFile(folder, 'rpc.key', keys.rpc)
    await ownFile(folder, 'serf-haproxy.yaml', balancerConfiguration(folder.path, rpc))
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

/** A file a variable. */
async function writeEnvironment(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, value] of Object.entries(variables)) {
    await writeFile(join(folder, name), `${value}\n`)
  }
}

/** What the application says of itself; it goes into a line of its own. */
function tagIn({ SERVER_TAG = '' }: Environment, name: string): string {
  if (!/[\r\n]/.test(SERVER_TAG)) return SERVER_TAG === '' ? name : SERVER_TAG
  throw new NodeError('SERVER_TAG: found several lines, wanted one')
}

function roleIn({ ROLE: role }: Environment): Role {
  if (role === 'balancer' || role === 'backend') return role
  throw new NodeError(`ROLE: found ${role ?? 'nothing'}, wanted balancer or backend`)
}

/** A folder that a service's user owns alone. */
interface OwnFolder {
  readonly path: string
  readonly uid: number
  readonly gid: number
}

async function ownFolder({ run, accounts }: NodePlace, name: string, user: string) {
  const path = join(run, name)
  const line = (await readFile(accounts, 'utf8'))
    .split('\n')
    .find(account => account.startsWith(`${user}:`))
  const [uid, gid] = (line?.split(':') ?? []).slice(2, 4).map(Number)
  if (uid === undefined || gid === undefined) {
    throw new NodeError(`${accounts}: found no user ${user}, wanted the one of Debian's package`)
  }
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chown(path, uid, gid)
  return { path, uid, gid }
}

async function ownFile({ path, uid, gid }: OwnFolder, name: string, text: string): Promise<void> {
  await writeFile(join(path, name), text, { mode: 0o600 })
  await chown(join(path, name), uid, gid)
}
