import { connect } from 'node:net'

/** Sends commands to HAProxy, and waits for its whole answer. */
export function sendCommands(path: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${text}\n`))
    socket
      .on('error', reject)
      .on('close', () => resolve())
      .resume()
  })
}
