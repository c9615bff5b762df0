import { randomInt } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { NodeError } from './node-error.js'

/** The environment that a container is started with. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What this container is, found out from its environment and its host. */
export interface Host {
  readonly name: string
  /** The names that the network's DNS has for an address of it. */
  readonly namesOf: (address: string) => Promise<readonly string[]>
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
}

/** What a node of the cluster has to know of itself. */
export interface NodeSettings {
  readonly name: string
  readonly address: string
  readonly rpc: string
  readonly profile: 'lan' | 'local'
}

/**
 * A node's settings from its environment: `NODE_NAME`, `NODE_ADDRESS`,
 * `SERF_RPC_ADDR`, `SERF_PROFILE`, each optional.
 *
 * @throws NodeError with what was found and what was wanted.
 */
export async function nodeSettings(environment: Environment, host: Host): Promise<NodeSettings> {
  const { NODE_NAME, NODE_ADDRESS, SERF_RPC_ADDR = '127.0.0.1:7373' } = environment
  const { SERF_PROFILE: profile = 'lan' } = environment
  if (profile !== 'lan' && profile !== 'local') {
    throw new NodeError(`SERF_PROFILE: found ${profile}, wanted lan or local`)
  }
  const address = NODE_ADDRESS ?? primaryAddress(host)
  if (!isIPv4(address))
    throw new NodeError(`NODE_ADDRESS: found ${address}, wanted an IPv4 address`)
  if (!/^[\d.]+:\d{1,5}$/.test(SERF_RPC_ADDR)) {
    throw new NodeError(`SERF_RPC_ADDR: found ${SERF_RPC_ADDR}, wanted ADDRESS:PORT`)
  }
  return {
    name: checkedName(NODE_NAME ?? incarnationOf(await readableName(host, address))),
    address,
    rpc: SERF_RPC_ADDR,
    profile,
  }
}

/**
 * The names and addresses in `SERF_SEEDS`, apart by blanks or commas.
 *
 * @throws NodeError where there is none.
 */
export function seedsIn({ SERF_SEEDS = '' }: Environment): string[] {
  const seeds = SERF_SEEDS.split(/[\s,]+/).filter(seed => seed !== '')
  if (seeds.length > 0) return seeds
  throw new NodeError('SERF_SEEDS: found nothing, wanted names or addresses to join through')
}

/**
 * A name that no earlier life of this container had. Serf refuses a name that
 * comes back at another address until the old one is declared failed.
 */
function incarnationOf(name: string): string {
  const life = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')
  return `${name.slice(0, 40)}-${life}`
}

/** `webapp-2` for what compose calls `project-webapp-2`; the hostname, a number mostly, elsewhere. */
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
    `NODE_NAME: found ${JSON.stringify(name)}, wanted at most 63 of the characters A-Z a-z 0-9 . -`,
  )
}

function primaryAddress({ interfaces }: Host): string {
  const found = Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  if (found) return found.address
  throw new NodeError(
    'this container has no IPv4 address; give it a network, or name an address in NODE_ADDRESS',
  )
}
