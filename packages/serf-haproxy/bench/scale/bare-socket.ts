import { connect } from 'node:net'
import { command, type RuntimeCommand } from 'haproxy-runtime'
import type { Member } from 'node-serf-client'
import type { Stand } from './stand.js'

/** Returns the text that adds members: the commands that the agent sends, in one write. */
export function additions(stand: Stand, members: readonly Member[]): string {
  const { port, serverWords } = stand
  const added = command.addServers(
    members.map(({ name, address }) => ({
      pool: 'nodes',
      server: { name, address, port, options: serverWords, awaitCheck: true },
    })),
  )
  return batch(added.map(each => each.command))
}

/** Returns the text that removes servers. */
export function removals(members: readonly Member[]): string {
  return batch(
    members.flatMap(({ name }) => [
      command.setMaintenance('nodes', name),
      command.deleteServer('nodes', name),
    ]),
  )
}

/** Sends a text on a socket of its own, and resolves when HAProxy has answered all of it. */
export function send(socket: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const connection = connect(socket, () => connection.write(text))
    connection
      .setEncoding('utf8')
      .on('data', (more: string) => (answer += more))
      .on('error', reject)
      .on('close', () => resolve(answer))
  })
}

function batch(commands: readonly RuntimeCommand[]): string {
  return ['prompt', ...commands.map(({ text }) => text), 'quit', ''].join('\n')
}
