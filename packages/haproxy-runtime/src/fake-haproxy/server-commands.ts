import { hasAgentCheck } from '../commands/server-checks.js'
import { findPool, findServer } from './find-server.js'
import { setHealth } from './health-check.js'
import type { Profile } from './profile.js'
import { addServer, cookieOf, type FakePool, type FakeServer, type FakeWorker } from './worker.js'

/** A command of the fake: the pattern of its text, and the function that carries it out. */
export type FakeCommand = readonly [
  RegExp,
  (worker: FakeWorker, args: readonly string[], profile: Profile) => string,
]

type ServerAction = (server: FakeServer, args: readonly string[], pool: FakePool) => string

/** Creates a command on `pool/name`; the words after it are the action's arguments. */
function onServer(act: ServerAction): FakeCommand[1] {
  return (worker, [target = '', ...args]) => {
    const found = findServer(worker, target)
    return 'refusal' in found ? found.refusal : act(found.server, args, found.pool)
  }
}

/** Commands that change servers, with HAProxy's replies. */
export const serverCommands: readonly FakeCommand[] = [
  [/^add server (\S+) *(\S*) ?(.*)$/, add],
  [/^del server (\S+)$/, onServer(remove)],
  [/^set server (\S+) state (\S+)$/, onServer(setState)],
  [/^set server (\S+) weight (\S+)$/, onServer(setWeight)],
  [/^set maxconn server (\S+) (\S+)$/, onServer(setMaxconn)],
  [
    /^get weight (\S+)$/,
    onServer(({ weight, initialWeight }) => `${weight} (initial ${initialWeight})\n`),
  ],
  [/^set server (\S+) health (\S+)$/, onServer(changeHealth)],
  [/^set server (\S+) addr (\S+)(?: port (\d+))?$/, onServer(setAddress)],
  [/^enable health (\S+)$/, onServer(server => switchChecks(server, true))],
  [/^disable health (\S+)$/, onServer(server => switchChecks(server, false))],
  [/^enable agent (\S+)$/, onServer(enableAgent)],
  [/^disable agent (\S+)$/, onServer(disableAgent)],
  [/^shutdown sessions server (\S+)$/, onServer(endSessions)],
  [/^enable dynamic-cookie backend (\S+)$/, setCookies],
]

function add(worker: FakeWorker, args: readonly string[], { cookieOnAdd }: Profile): string {
  const [target = '', endpoint = '', options = ''] = args
  const [poolName = '', name] = target.split('/')
  const pool = findPool(worker, poolName)
  if (name === undefined) return "Require 'backend/server'.\n"
  if (!pool) return 'No such backend.\n'
  if (!pool.dynamic)
    return 'Backend must use a dynamic load balancing to support dynamic servers.\n'
  if (pool.servers.has(name)) return 'Already exists a server with the same name in backend.\n'
  if (endpoint === '') return "'server' expects <name> and <addr>[:<port>] as arguments.\n"
  const words = options.split(/\s+/)
  if (hasAgentCheck(options) && !words.some(each => each === 'agent-port' || each === 'port'))
    return `server ${name} does not have agent port. Agent check has been disabled.\n`
  const server = addServer(pool, name, endpoint, words, false)
  if (cookieOnAdd && pool.dynamicCookie) server.cookie = cookieOf(server)
  return 'New server registered.\n'
}

function remove(server: FakeServer, _args: readonly string[], pool: FakePool): string {
  if (server.admin !== 'maint') return 'Only servers in maintenance mode can be deleted.\n'
  if (server.sessions > 0) return 'Server still has connections attached to it, cannot remove it.\n'
  pool.servers.delete(server.name)
  return 'Server deleted.\n'
}

function setState(server: FakeServer, [state = '']: readonly string[]): string {
  if (state !== 'ready' && state !== 'drain' && state !== 'maint')
    return "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n"
  server.admin = state
  return ''
}

function setWeight(
  server: FakeServer,
  [weight = '']: readonly string[],
  { dynamic }: FakePool,
): string {
  if (weight === '0%' || weight === '100%') {
    server.weight = weight === '0%' ? 0 : server.initialWeight
    return ''
  }
  if (!dynamic)
    return "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n"
  if (Number(weight) > 256) return 'Absolute weight can only be between 0 and 256 inclusive.\n'
  server.weight = Number(weight)
  return ''
}

/** No reply of the fake shows the limit of a server. */
function setMaxconn(_server: FakeServer, [limit = '']: readonly string[]): string {
  return /^\d+$/.test(limit) ? '' : 'Trailing garbage in maxconn string\n'
}

function changeHealth(server: FakeServer, [health = '']: readonly string[]): string {
  setHealth(server, health === 'down' ? 'down' : 'up', performance.now())
  return ''
}

function setAddress(
  server: FakeServer,
  [address = '', port]: readonly string[],
  { dynamicCookie }: FakePool,
): string {
  const before = { address: server.address, port: server.port }
  server.address = address
  if (port !== undefined) server.port = Number(port) & 0xffff
  const { port: portNow } = server
  const isMoved = before.address !== address || before.port !== portNow
  if (isMoved && dynamicCookie) server.cookie = cookieOf(server)
  const addressPart =
    before.address === address
      ? 'no need to change the addr'
      : `IP changed from '${before.address}' to '${address}'`
  const portPart =
    before.port === portNow
      ? 'no need to change the port'
      : `port changed from '${before.port}' to '${portNow}'`
  return `${addressPart}, ${portPart} by 'stats socket command'\n`
}

function switchChecks(server: FakeServer, on: boolean): string {
  if (!server.hasCheck)
    return `Health check was not configured on this server, cannot ${on ? 'enable' : 'disable'}.\n`
  server.checked = on
  server.nextCheckAt = performance.now() + server.checkMs
  return ''
}

function enableAgent(server: FakeServer): string {
  if (!server.hasAgent) return 'Agent was not configured on this server, cannot enable.\n'
  server.agentChecked = true
  return ''
}

/** Succeeds also where no agent was configured, as HAProxy's command does. */
function disableAgent(server: FakeServer): string {
  server.agentChecked = false
  return ''
}

function endSessions(server: FakeServer): string {
  server.sessions = 0
  return ''
}

function setCookies(worker: FakeWorker, [name = '']: readonly string[]): string {
  const pool = findPool(worker, name)
  if (!pool) return 'No such backend.\n'
  pool.dynamicCookie = true
  for (const server of pool.servers.values()) server.cookie = cookieOf(server)
  return ''
}
