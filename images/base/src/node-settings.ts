import { randomInt } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { NodeError } from './node-error.js'

/** Environment variables of a container. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Facts about the container itself. */
export interface Host {
  readonly name: string
  /** Returns the names of an address in the network's DNS. */
  readonly namesOf: (address: string) => Promise<readonly string[]>
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
}

/** Identity and Serf settings of a node. */
export interface NodeSettings {
  readonly name: string
  readonly address: string
  readonly rpc: string
  readonly profile: 'lan' | 'local'
}

/**
 * Reads a node's settings from its environment: `NODE_NAME`, `NODE_ADDRESS`,
 * `SERF_RPC_ADDR`, `SERF_PROFILE`, each optional.
 *
 * @throws NodeError if a variable is invalid.
 */
export async function nodeSettings(environment: Environment, host: Host): Promise<NodeSettings> {
  const { NODE_NAME, NODE_ADDRESS, SERF_RPC_ADDR = '127.0.0.1:7373' } = environment
  const { SERF_PROFILE: profile = 'lan' } = environment
  if (profile !== 'lan' && profile !== 'local') {
    throw new NodeError(`SERF_PROFILE: expected lan or local, got ${profile}`)
  }
  const address = NODE_ADDRESS ?? primaryAddress(host)
  if (!isIPv4(address))
    throw new NodeError(`NODE_ADDRESS: expected an IPv4 address, got ${address}`)
  if (!/^[\d.]+:\d{1,5}$/.test(SERF_RPC_ADDR)) {
    throw new NodeError(`SERF_RPC_ADDR: expected ADDRESS:PORT, got ${SERF_RPC_ADDR}`)
  }
  return {
    name: checkedName(NODE_NAME ?? uniqueName(await readableName(host, address))),
    address,
    rpc: SERF_RPC_ADDR,
    profile,
  }
}

/**
 * Returns the names and addresses in `SERF_SEEDS`, separated by spaces or commas.
 *
 * @throws NodeError if there is none.
 */
export function seedsIn({ SERF_SEEDS = '' }: Environment): string[] {
  const seeds = SERF_SEEDS.split(/[\s,]+/).filter(seed => seed !== '')
  if (seeds.length > 0) return seeds
  throw new NodeError('SERF_SEEDS: expected names or addresses, got nothing')
}

/**
 * Returns a name that this container did not have before. Serf rejects a name
 * that comes back at another address until it has declared the old one failed.
 */
function uniqueName(name: string): string {
  const suffix = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')
  return `${name.slice(0, 40)}-${suffix}`
}

/** Returns `webapp-2` for compose's `project-webapp-2`; elsewhere the hostname, mostly a number. */
async function readableName(host: Host, address: string): Promise<string> {
  for (const name of await host.namesOf(address)) {
    const [, service, number] =
      /(?:^|[-_])([A-Za-z0-9]+)[-_](\d+)$/.exec(name.split('.')[0] ?? '') ?? []
    if (service !== undefined) return `${service}-${number}`
  }
  return host.name
}

function checkedName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(name)) return name
  throw new NodeError(
    `NODE_NAME: expected at most 63 of the characters A-Z a-z 0-9 . -, got ${JSON.stringify(name)}`,
  )
}

function primaryAddress({ interfaces }: Host): string {
  const found = Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  if (found) return found.address
  throw new NodeError('this container has no IPv4 address; attach a network or set NODE_ADDRESS')
}
