import { access, constants, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { relaySocket } from 'lab-images'
import type { ContainerPlace } from './container-place.js'
import type { NodeContainers } from './node-containers.js'
import { requireLabFolder } from '../engine/lab-folder.js'
import { balancer } from '../engine/place.js'

const inContainer = '/run/haproxy/runtime.sock'

/** Ends when HAProxy has answered and closed, though its own input stays open. */
const connector = [
  's6-ipcclient',
  inContainer,
  'sh',
  '-c',
  'exec 3<&0; cat <&3 >&7 & cat <&6; kill $!',
]

/** Returns whether this process can open files in containers: it is root, on the same Linux. */
function seesContainers(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

/**
 * A way to HAProxy's stats socket of the lab: the socket itself where this
 * process sees the container's files, a relay through the engine elsewhere.
 *
 * @returns asks for the path of the socket; it changes when `ha` is another container
 */
export function haproxySocket(
  runner: NodeContainers,
  place: ContainerPlace,
  isDirect = seesContainers(),
): () => Promise<string> {
  let known: Promise<string> | undefined

  async function direct(): Promise<string> {
    // Without a container there is no such process, and no listener.
    const container = await runner.inspect(balancer).catch(() => undefined)
    return `/proc/${container?.State.Pid ?? 0}/root${inContainer}`
  }

  async function relayed(): Promise<string> {
    const { name, env } = await runner.cli()
    requireLabFolder(place.folder)
    const sockets = join(place.folder, 'sockets')
    await mkdir(sockets, { recursive: true })
    const socket = join(sockets, `runtime.${process.pid}.sock`)
    const exec = [name, 'exec', '--interactive', runner.nameOf(balancer)]
    await relaySocket(socket, [...exec, ...connector], env)
    return socket
  }

  return async () => {
    if (!isDirect) return (known ??= relayed())
    const isThere = known && (await isWritable(await known))
    if (!isThere) known = direct()
    return known as Promise<string>
  }
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  )
}
