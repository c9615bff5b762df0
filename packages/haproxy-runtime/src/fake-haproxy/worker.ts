import { createHash } from 'node:crypto'
import { isIP } from 'node:net'

/** A server of the fake. */
export interface FakeServer {
  readonly id: number
  readonly name: string
  address: string
  port: number
  /** What its options say, and what was set since. */
  readonly initialWeight: number
  weight: number
  admin: 'ready' | 'drain' | 'maint'
  health: 'up' | 'down'
  /** Whether its options ask for checks, and whether they are on. */
  readonly hasCheck: boolean
  checked: boolean
  cookie: string
  /** Sessions under way; a test sets it. */
  sessions: number
}

/** A backend of the fake. */
export interface FakePool {
  readonly id: number
  readonly name: string
  /** Servers may come and go at run time. */
  readonly dynamic: boolean
  dynamicCookie: boolean
  readonly servers: Map<string, FakeServer>
}

/** A map or an ACL, with the versions that a transaction is preparing. */
export interface FakeList {
  entries: { key: string; value: string }[]
  version: number
  next: number
  readonly prepared: Map<number, { key: string; value: string }[]>
}

/** What one worker of the fake knows: it ends with the worker. */
export interface FakeWorker {
  readonly pid: number
  readonly startedAt: number
  readonly pools: ReadonlyMap<string, FakePool>
  readonly maps: Map<string, FakeList>
  readonly acls: Map<string, FakeList>
}

/** Starts a worker on a configuration, of which it reads the backends, maps and ACL files. */
export function startWorker(pid: number, text: string): FakeWorker {
  const pools = new Map<string, FakePool>()
  let pool: FakePool | undefined
  let id = 1
  for (const line of text.split('\n').map(raw => raw.trim().split(/\s+/))) {
    const [keyword = '', name = ''] = line
    if (sections.has(keyword)) {
      pool = undefined
      if (keyword !== 'global' && keyword !== 'defaults') id++
    }
    if (keyword === 'backend' || keyword === 'listen') {
      pool = { id, name, dynamic: isDynamic(text, name), dynamicCookie: false, servers: new Map() }
      pools.set(name, pool)
    }
    if (pool && keyword === 'cookie') pool.dynamicCookie = line.includes('dynamic')
    if (pool && keyword === 'server') addServer(pool, name, line[2] ?? '', line.slice(3), true)
  }
  for (const { dynamicCookie, servers } of pools.values()) {
    for (const server of servers.values()) if (dynamicCookie) server.cookie = cookieOf(server)
  }
  return { pid, startedAt: performance.now(), pools, ...listsOf(text) }
}

const sections = new Set(['global', 'defaults', 'frontend', 'backend', 'listen'])

function isDynamic(text: string, pool: string): boolean {
  const section = new RegExp(`^(?:backend|listen) ${pool}\\n((?:[ \\t].*\\n|\\n)*)`, 'm').exec(text)
  return !/^\s*balance\s+(?:static-rr|source)\b/m.test(section?.[1] ?? '')
}

function listsOf(text: string): Pick<FakeWorker, 'maps' | 'acls'> {
  const files = (pattern: RegExp) =>
    new Map([...text.matchAll(pattern)].map(([, file = '']) => [file, emptyList()]))
  return { maps: files(/\bmap\w*\(([^,)]+)/g), acls: files(/\s-f\s+(\S+)/g) }
}

function emptyList(): FakeList {
  return { entries: [], version: 0, next: 0, prepared: new Map() }
}

/** Adds a server; one of the configuration file takes traffic at once, one of a command does not. */
export function addServer(
  pool: FakePool,
  name: string,
  place: string,
  options: readonly string[],
  fromFile: boolean,
): FakeServer {
  const [, address = '', port = '0'] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(place) ?? [place, place]
  const at = options.indexOf('weight')
  const weight = at < 0 ? 1 : Number(options[at + 1])
  const server: FakeServer = {
    id: Math.max(0, ...[...pool.servers.values()].map(other => other.id)) + 1,
    name,
    address: isIP(address) ? address : '-',
    port: Number(port),
    initialWeight: weight,
    weight,
    admin: fromFile && !options.includes('disabled') ? 'ready' : 'maint',
    health: 'up',
    hasCheck: options.includes('check'),
    checked: fromFile && options.includes('check'),
    cookie: '',
    sessions: 0,
  }
  pool.servers.set(name, server)
  return server
}

/** A dynamic cookie is a hash of the server's place; the fake's is not HAProxy's own. */
export function cookieOf({ address, port }: FakeServer): string {
  return createHash('sha1').update(`${address}:${port}`).digest('hex').slice(0, 16)
}
