import type { FakeCommand } from './server-commands.js'
import { runChecks } from './health-check.js'
import type { FakeProxy, FakeServer, FakeWorker } from './worker.js'

const columns =
  'pxname,svname,qcur,scur,stot,status,weight,lastchg,iid,sid,type,check_status,qtime,ctime,rtime,' +
  'agent_status,check_health,addr,cookie,uweight,'

/** The bits of the rows' types in the command; a row has the exponent in its column `type`. */
const typeBits = { frontend: 1, backend: 2, server: 4 }

/** Without an id, a type and a server's id the command means everything. */
const showStat: FakeCommand[1] = (worker, [name = '', type = '', server = '']) => {
  const id = server === '' ? -1 : proxyId(worker, name)
  if (id === undefined) return 'No such proxy.\n'
  const chosen = worker.proxies.filter(proxy => id === -1 || proxy.id === id)
  const types = server === '' ? -1 : leadingInteger(type)
  const rows = chosen.flatMap(proxy => rowsOf(proxy, types, leadingInteger(server || '-1')))
  return [`# ${columns}`, ...rows, '', ''].join('\n')
}

/** The first proxy with that name counts, even if it is a frontend; then ids with and without `#`. */
function proxyId({ proxies }: FakeWorker, name: string): number | undefined {
  const named = name.startsWith('#')
    ? proxies.find(({ id }) => id === leadingInteger(name.slice(1)))
    : proxies.find(proxy => proxy.name === name)
  return named?.id ?? (leadingInteger(name) || undefined)
}

/** C's `atoi`: 0 for what is no number, and what follows the digits is ignored. */
function leadingInteger(text: string): number {
  return Number(/^-?\d+/.exec(text)?.[0] ?? 0)
}

function rowsOf({ id, name, isFrontend, pool }: FakeProxy, types: number, sid: number): string[] {
  const now = performance.now()
  runChecks(pool?.servers.values() ?? [], now)
  const whole = (svname: string, status: string, type: number) =>
    `${name},${svname},0,0,0,${status},,,${id},0,${type},,,,,,,,,,`
  const servers = [...(pool?.servers.values() ?? [])].filter(
    server => (types & typeBits.server) !== 0 && (sid === -1 || server.id === sid),
  )
  const hasBackend = pool !== undefined && (types & typeBits.backend) !== 0
  return [
    ...(isFrontend && types & typeBits.frontend ? [whole('FRONTEND', 'OPEN', 0)] : []),
    ...servers.map(server => serverRow(name, { id, now }, server)),
    ...(hasBackend ? [whole('BACKEND', 'UP', 1)] : []),
  ]
}

/** The row of a server at a time of `performance.now()`. */
function serverRow(
  pool: string,
  { id: poolId, now }: { readonly id: number; readonly now: number },
  server: FakeServer,
): string {
  const { id, name, sessions, weight, cookie, address, port } = server
  const isChecked = server.checked && server.admin !== 'maint'
  const checks = isChecked ? [server.hasPassed ? 'L7OK' : 'INI', '0'] : ['', '']
  const agent = server.agentChecked && server.admin !== 'maint' ? 'INI' : ''
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const head = [pool, name, 0, sessions, sessions, statusOf(server), weight]
  const ids = [Math.floor((now - server.changedAt) / 1000), poolId, id, 2]
  const times = [0, 0, 0]
  return [...head, ...ids, checks[0], ...times, agent, checks[1], place, cookie, weight, ''].join(
    ',',
  )
}

function statusOf({ admin, health, checked }: FakeServer): string {
  if (admin === 'maint') return 'MAINT'
  if (health === 'down') return 'DOWN'
  if (admin === 'drain') return 'DRAIN'
  return checked ? 'UP' : 'no check'
}

/** The command for the statistics of proxies and servers. */
export const statCommands: readonly FakeCommand[] = [
  [/^show stat(?: (\S+)(?: (\S+)(?: (\S+))?)?)?$/, showStat],
]
