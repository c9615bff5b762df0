import { connect, type Socket } from 'node:net'
import { WakeUp } from '../wake-up.js'

/** Interval at which a connection is replaced: an old worker does not have to wait for it. */
const renewMs = 1000
/** Interval of attempts while HAProxy is away. */
const retryMs = 20

/**
 * Follows whether HAProxy runs, by a connection to its socket: the kernel closes it at the
 * moment at which the process ends. Calls `onChange` with the first result, and with each other one.
 */
export async function watchPresence(
  socketPath: string,
  onChange: (isPresent: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let before: boolean | undefined
  let connection: Socket | undefined
  const wakeUp = new WakeUp()
  const wake = () => wakeUp.wake()
  while (!signal.aborted) {
    const next = await opened(socketPath)
    // Its end was wanted, and is no reason to look again.
    connection?.removeListener('close', wake).destroy()
    connection = next?.once('close', wake)
    const isPresent = next !== undefined
    if (isPresent !== before && !signal.aborted) onChange(isPresent)
    before = isPresent
    await wakeUp.sleep(isPresent ? renewMs : retryMs, signal)
  }
  connection?.destroy()
}

/** Returns a connection; undefined if nothing listens. */
function opened(path: string): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect({ path })
    socket.once('connect', () => resolve(socket.resume()))
    socket.once('error', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}
