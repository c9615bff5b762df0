import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { parseSections, parseServerOptions, type Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { hasAgentCheck, hasHealthCheck } from '../commands/server-checks.js'
import { listsIn, type FakeLists } from './lists.js'
import { checkIntervalMs, type CheckedServer } from './health-check.js'

/** A server of the fake. */
export interface FakeServer extends CheckedServer {
  /** Number of the server in its pool, from 1. */
  readonly id: number
  /** Name of the server, unique in its pool. */
  readonly name: string
  /** IP address; `-` for a name or a path. */
  address: string
  /** Port; 0 without one. */
  port: number
  /** The weight in its options; `weight` is the present one. */
  readonly initialWeight: number
  /** Present weight, 0 to 256; 0 drains. */
  weight: number
  /** True if its options have a health check; `checked` is true while it is on. */
  readonly hasCheck: boolean
  /** True if its options have an agent check; `agentChecked` is true while it is on. */
  readonly hasAgent: boolean
  /** True while its agent check is on. */
  agentChecked: boolean
  /** Port of its health check; 0 without one of its own. */
  readonly checkPort: number
  /** Port of its agent check; 0 without one. */
  readonly agentPort: number
  /** True if its options have `ssl`. */
  readonly usesTls: boolean
  /** Value of its dynamic cookie; empty without one. */
  cookie: string
  /** Active sessions; a test sets the number. */
  sessions: number
}

/** A backend of the fake. */
export interface FakePool {
  readonly id: number
  /** True if its id is from the file, not by its place. */
  readonly hasOwnId: boolean
  readonly name: string
  /** True if servers can be added and removed at run time. */
  readonly dynamic: boolean
  dynamicCookie: boolean
  readonly servers: Map<string, FakeServer>
}

/** A frontend, a backend, or a `listen` that is both. */
export interface FakeProxy {
  readonly id: number
  readonly name: string
  readonly isFrontend: boolean
  /** Its backend; undefined for a frontend. */
  readonly pool: FakePool | undefined
}

/** The state of one worker of the fake; a reload replaces it. */
export interface FakeWorker extends FakeLists {
  readonly pid: number
  readonly startedAt: number
  /** Frontends and backends, in the order of the file. */
  readonly proxies: readonly FakeProxy[]
  readonly pools: ReadonlyMap<string, FakePool>
}

/** Starts a worker with a configuration's backends, maps and ACL files. */
export function startWorker(pid: number, text: string): FakeWorker {
  const sections = parseSections(text).filter(({ kind }) => proxyKinds.has(kind))
  const proxies = sections.map(proxyOf)
  return {
    pid,
    startedAt: performance.now(),
    proxies,
    pools: new Map(proxies.flatMap(({ name, pool }) => (pool ? [[name, pool]] : []))),
    ...listsIn(text),
  }
}

const proxyKinds: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen'])

/** HAProxy numbers frontends and backends together, from 2 on; `id` sets another number. */
function proxyOf(section: Section, index: number): FakeProxy {
  const { kind, name } = section
  const id = Number(findDirective(section, 'id')?.words[1] ?? index + 2)
  const pool = kind === 'frontend' ? undefined : poolOf(section, id)
  return { id, name, isFrontend: kind !== 'backend', pool }
}

function poolOf(section: Section, id: number): FakePool {
  const [, algorithm = 'roundrobin'] = findDirective(section, 'balance')?.words ?? []
  const pool: FakePool = {
    id,
    hasOwnId: findDirective(section, 'id') !== undefined,
    name: section.name,
    dynamic: !staticAlgorithms.has(algorithm),
    dynamicCookie: findDirective(section, 'cookie')?.words.includes('dynamic') ?? false,
    servers: new Map(),
  }
  for (const { words } of section.directives) {
    const [keyword, name = '', endpoint = '', ...options] = words
    if (keyword === 'server') addServer(pool, name, endpoint, options, true)
  }
  for (const server of pool.servers.values())
    if (pool.dynamicCookie) server.cookie = cookieOf(server)
  return pool
}

/** Algorithms that do not allow adding or removing servers at run time. */
const staticAlgorithms: ReadonlySet<string> = new Set(['static-rr', 'source'])

/** Adds a server. One from the configuration file takes traffic at once, one from a command does not. */
export function addServer(
  pool: FakePool,
  name: string,
  endpoint: string,
  options: readonly string[],
  fromFile: boolean,
): FakeServer {
  const parts = /^\[?([^\]]*?)\]?:(\d+)$/.exec(endpoint) ?? [endpoint, endpoint]
  const [, address = '', port = '0'] = parts
  const parsed = parseServerOptions(options)
  const valueOf = (keyword: string) =>
    parsed.findLast(option => option.keyword === keyword)?.values[0]
  const has = (keyword: string) => parsed.some(option => option.keyword === keyword)
  const weight = Number(valueOf('weight') ?? 1)
  const hasCheck = hasHealthCheck(options.join(' '))
  const hasAgent = hasAgentCheck(options.join(' '))
  const server: FakeServer = {
    id: freeId(pool),
    name,
    address: isIP(address) ? address : '-',
    port: Number(port),
    initialWeight: weight,
    weight,
    admin: fromFile && !has('disabled') ? 'ready' : 'maint',
    health: 'up',
    hasCheck,
    checked: fromFile && hasCheck,
    // Of a worker that has run for a while.
    hasPassed: fromFile && hasCheck,
    checkMs: checkIntervalMs(valueOf('inter')),
    nextCheckAt: Infinity,
    changedAt: performance.now(),
    hasAgent,
    agentChecked: fromFile && hasAgent,
    checkPort: Number(valueOf('port') ?? 0),
    agentPort: Number(valueOf('agent-port') ?? valueOf('port') ?? 0),
    usesTls: has('ssl'),
    cookie: '',
    sessions: 0,
  }
  pool.servers.set(name, server)
  return server
}

/** Returns the lowest id that no server of the pool has. */
function freeId({ servers }: FakePool): number {
  const taken = new Uint8Array(servers.size + 2)
  taken[0] = 1
  for (const { id } of servers.values()) taken[id] = 1
  return taken.indexOf(0)
}

/** Returns a dynamic cookie: a hash of address and port, though not HAProxy's own hash. */
export function cookieOf({ address, port }: FakeServer): string {
  return createHash('sha1').update(`${address}:${port}`).digest('hex').slice(0, 16)
}
