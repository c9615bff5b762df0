import { spawn } from 'node:child_process'
import { endProcess, type Tidy } from 'real-components'

/** Reads datagrams, and prints each as one line of JSON. The socket is descriptor 3. */
const reader = `
const { readSync } = require('node:fs')
const bytes = Buffer.alloc(65536)
for (;;) console.log(JSON.stringify(bytes.toString('utf8', 0, readSync(3, bytes))))
`

/** The messages that a supervisor got on its socket, as the variables of each. */
export interface NotifiedSupervisor {
  readonly messages: () => readonly string[][]
}

/**
 * Listens for messages to systemd: its own program opens the socket, a path or
 * an abstract name, since Node.js cannot. It ends with the test.
 */
export async function notifiedSupervisor(t: Tidy, socket: string): Promise<NotifiedSupervisor> {
  const child = spawn(
    'systemd-socket-activate',
    ['--datagram', `--listen=${socket}`, process.execPath, '-e', reader],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  t.teardown(() => endProcess(child))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
  await new Promise<void>(resolve =>
    child.stderr
      .setEncoding('utf8')
      .on('data', (more: string) => /Listening/.test(more) && resolve()),
  )
  return {
    messages: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map(line => (JSON.parse(line) as string).split('\n'))
        .filter(([first]) => first !== 'BARRIER=1'),
  }
}
