import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { parseSections, parseServerOptions, type Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { hasAgentCheck, hasHealthCheck } from '../commands/server-checks.js'

/** A server of the fake. */
export interface FakeServer {
  readonly id: number
  readonly name: string
  address: string
  port: number
  /** The weight in its options; `weight` is the present one. */
  readonly initialWeight: number
  weight: number
  admin: 'ready' | 'drain' | 'maint'
  health: 'up' | 'down'
  /** True if its options have a health check; `checked` is true while it is on. */
  readonly hasCheck: boolean
  checked: boolean
  /** True if its options have an agent check; `agentChecked` is true while it is on. */
  readonly hasAgent: boolean
  agentChecked: boolean
  /** The ports of its checks; 0 without one of their own. */
  readonly checkPort: number
  readonly agentPort: number
  readonly usesTls: boolean
  cookie: string
  /** Active sessions; a test sets the number. */
  sessions: number
}

/** A backend of the fake. */
export interface FakePool {
  readonly id: number
  readonly name: string
  /** True if servers can be added and removed at run time. */
  readonly dynamic: boolean
  dynamicCookie: boolean
  readonly servers: Map<string, FakeServer>
}

/** A map or an ACL, with the versions that transactions prepare. */
export interface FakeList {
  entries: { key: string; value: string }[]
  version: number
  next: number
  readonly prepared: Map<number, { key: string; value: string }[]>
}

/** The state of one worker of the fake; a reload replaces it. */
export interface FakeWorker {
  readonly pid: number
  readonly startedAt: number
  readonly pools: ReadonlyMap<string, FakePool>
  readonly maps: Map<string, FakeList>
  readonly acls: Map<string, FakeList>
}

/** Starts a worker with a configuration's backends, maps and ACL files. */
export function startWorker(pid: number, text: string): FakeWorker {
  const proxies = parseSections(text).filter(({ kind }) => kind !== 'global' && kind !== 'defaults')
  const pools = proxies.flatMap((section, i) => {
    // HAProxy numbers frontends, backends and the like together, from 2 on.
    const isPool = section.kind === 'backend' || section.kind === 'listen'
    return isPool ? [poolOf(section, i + 2)] : []
  })
  return {
    pid,
    startedAt: performance.now(),
    pools: new Map(pools.map(pool => [pool.name, pool])),
    ...listsIn(text),
  }
}

function poolOf(section: Section, id: number): FakePool {
  const [, algorithm = 'roundrobin'] = findDirective(section, 'balance')?.words ?? []
  const pool: FakePool = {
    id,
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

function listsIn(text: string): Pick<FakeWorker, 'maps' | 'acls'> {
  const files = (pattern: RegExp) =>
    new Map([...text.matchAll(pattern)].map(([, file = '']) => [file, emptyList()]))
  return { maps: files(/\bmap\w*\(([^,)]+)/g), acls: files(/\s-f\s+(\S+)/g) }
}

/** Returns the worker's lists of a kind. */
export function listsOf(worker: FakeWorker, kind: string): FakeWorker['maps'] {
  return kind === 'map' ? worker.maps : worker.acls
}

function emptyList(): FakeList {
  return { entries: [], version: 0, next: 0, prepared: new Map() }
}

/** Adds a server. One from the configuration file takes traffic at once, one from a command does not. */
export function addServer(
  pool: FakePool,
  name: string,
  endpoint: string,
  options: readonly string[],
  fromFile: boolean,
): FakeServer {
  const [, address = '', port = '0'] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(endpoint) ?? [
    endpoint,
    endpoint,
  ]
  const parsed = parseServerOptions(options)
  const valueOf = (keyword: string) =>
    parsed.findLast(option => option.keyword === keyword)?.values[0]
  const has = (keyword: string) => parsed.some(option => option.keyword === keyword)
  const weight = Number(valueOf('weight') ?? 1)
  const hasCheck = hasHealthCheck(options.join(' '))
  const hasAgent = hasAgentCheck(options.join(' '))
  const server: FakeServer = {
    id: Math.max(0, ...[...pool.servers.values()].map(other => other.id)) + 1,
    name,
    address: isIP(address) ? address : '-',
    port: Number(port),
    initialWeight: weight,
    weight,
    admin: fromFile && !has('disabled') ? 'ready' : 'maint',
    health: 'up',
    hasCheck,
    checked: fromFile && hasCheck,
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

/** Returns a dynamic cookie: a hash of address and port, though not HAProxy's own hash. */
export function cookieOf({ address, port }: FakeServer): string {
  return createHash('sha1').update(`${address}:${port}`).digest('hex').slice(0, 16)
}
