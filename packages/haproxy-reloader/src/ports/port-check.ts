import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import { findHaproxy, type HaproxyProcess } from './haproxy-process.js'
import { newPorts, type Port } from './new-ports.js'
import { foreignCgroup } from './socket-cgroup.js'
import { socketOwners } from './socket-owners.js'
import { clash, readSocketTable, type BoundSocket } from './socket-table.js'
import { textListeners } from './text-listeners.js'
import { tryBind } from './try-bind.js'

/** A port at which HAProxy cannot listen. */
export interface PortProblem {
  /** Line of the text, from 1. */
  readonly line: number
  /** The line, the address, the reason and the remedy, in words. */
  readonly text: string
  /** False if the socket at the port may be one of HAProxy itself. */
  readonly isCertain: boolean
}

/** A check of the ports of a text. */
export interface PortCheck {
  /**
   * Returns the ports of a text that HAProxy does not listen at yet and could not
   * have for itself. Nothing is returned where it is not known: HAProxy does not
   * answer, has another network, or the address is not known before HAProxy reads it.
   *
   * @param running - texts that HAProxy may run now
   */
  find(
    text: string,
    running: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly PortProblem[]>
}

/** Creates a check of ports. @param env - variables in addition to those of HAProxy's process */
export function createPortCheck({
  runtime,
  env = {},
}: {
  readonly runtime: Pick<RuntimeClient, 'info'>
  readonly env?: Readonly<Record<string, string>> | undefined
}): PortCheck {
  return {
    async find(text, running, signal) {
      const haproxy = await answeringHaproxy(runtime, signal)
      if (!haproxy) return []
      const { values, isWhole } = haproxy.environment
      const environment = { values: { ...values, ...env }, isWhole }
      const now = running.flatMap(each => textListeners(each, environment, 'possible'))
      const wanted = newPorts(textListeners(text, environment, 'certain'), now)
      const problems: PortProblem[] = []
      // One after the other: two of them may be the same port.
      for (const port of wanted) {
        signal.throwIfAborted()
        problems.push(...(await problemOf(port, haproxy)))
      }
      return problems
    },
  }
}

async function answeringHaproxy(
  runtime: Pick<RuntimeClient, 'info'>,
  signal: AbortSignal,
): Promise<HaproxyProcess | undefined> {
  try {
    return await findHaproxy((await runtime.info({ signal })).pid)
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
}

async function problemOf(port: Port, haproxy: HaproxyProcess): Promise<PortProblem[]> {
  const result = await tryBind(port)
  if (result === 'absent' && !port.isTransparent) return [absent(port)]
  if (result !== 'taken' && result !== 'denied') return []
  const sockets = await readSocketTable(port.protocol)
  const clashing = sockets.filter(socket => clash(port, socket) === 'certain')
  // The bind has failed, so a socket of both families is one of IPv4 too.
  if (result === 'taken' && clashing.length === 0)
    clashing.push(...sockets.filter(socket => clash(port, socket) === 'possible'))
  for (const socket of clashing) {
    const holder = await holderOf(socket, haproxy)
    if (holder) return [taken(port, holder)]
  }
  return []
}

/** The program that has a socket, in words. */
interface Holder {
  readonly name: string
  readonly isCertain: boolean
}

/** Returns the holder of a socket; undefined if it is HAProxy itself. */
async function holderOf(socket: BoundSocket, haproxy: HaproxyProcess): Promise<Holder | undefined> {
  const { inode, uid } = socket
  const owners = await socketOwners(inode)
  const areOwn = await Promise.all(owners.map(({ pid }) => haproxy.has(pid)))
  if (areOwn.includes(true)) return undefined
  const [owner] = owners
  if (owner) return { name: `${owner.program} (process ${owner.pid})`, isCertain: true }
  // This user may not look into the process. One of another user or service is not HAProxy.
  const name = `a process of user ${uid}`
  if (!haproxy.uids.has(uid)) return { name, isCertain: true }
  const service = await foreignCgroup(socket, haproxy.cgroup)
  if (service === undefined) return { name, isCertain: false }
  return { name: `${name} in ${service}`, isCertain: true }
}

function taken(port: Port, { name, isCertain }: Holder): PortProblem {
  const { line, protocol } = port
  const option = protocol === 'tcp' ? 't' : 'u'
  const verb = isCertain ? 'listens' : 'may listen'
  const text = `${place(port)}: ${name} ${verb} there; stop it, or choose another port; see \`ss -l${option}np\``
  return { line, text, isCertain }
}

function absent(port: Port): PortProblem {
  const text = `${place(port)}: no interface of this machine has that address; add it, choose another, or add \`transparent\` to the line`
  return { line: port.line, text, isCertain: true }
}

function place({ line, protocol, host, port }: Port): string {
  const address = host.includes(':') ? `[${host}]` : host
  const kind = protocol === 'udp' ? ' (UDP)' : ''
  return `line ${line}: HAProxy cannot listen at ${address}:${port}${kind}`
}
