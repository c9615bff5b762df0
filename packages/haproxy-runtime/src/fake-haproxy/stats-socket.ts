import type { Socket } from 'node:net'
import { listCommands } from './list-commands.js'
import type { Profile } from './profile.js'
import { showCommands } from './show-commands.js'
import { statCommands } from './show-stat.js'
import { serverCommands } from './server-commands.js'
import type { FakeWorker } from './worker.js'

const commands = [...serverCommands, ...showCommands, ...statCommands, ...listCommands]

/** Returns the reply to one command, without the line feed that ends it outside prompt mode. */
export function replyTo(text: string, worker: FakeWorker, profile: Profile): string {
  for (const [pattern, carryOut] of commands) {
    const match = pattern.exec(text)
    if (match)
      return carryOut(
        worker,
        match.slice(1).map(part => part ?? ''),
        profile,
      )
  }
  return `${profile.unknownCommand(text)}\n  help : list matching or all commands\n`
}

/**
 * Serves a connection as HAProxy's stats socket does: it answers one line of
 * commands separated by semicolons and closes, unless `prompt` came before.
 */
export function serveStats(
  connection: Socket,
  answer: (command: string) => string | undefined,
): void {
  let unread = ''
  let isPrompting = false
  const answerLine = (line: string) => {
    if (line === 'quit') return connection.end()
    if (line === 'prompt') {
      isPrompting = true
      return connection.write('\n> ')
    }
    for (const command of commandsOf(line)) {
      const reply = answer(command)
      if (reply === undefined) return connection.pause()
      connection.write(isPrompting ? `${reply}\n> ` : `${reply}\n`)
    }
    return isPrompting ? connection : connection.end()
  }
  connection.setEncoding('utf8').on('data', (text: string) => {
    unread += text
    for (;;) {
      const end = unread.indexOf('\n')
      if (end < 0 || connection.writableEnded) return
      const line = unread.slice(0, end).trim()
      unread = unread.slice(end + 1)
      answerLine(line)
    }
  })
}

/** Splits at semicolons that are not escaped. */
function commandsOf(line: string): string[] {
  return line.split(/(?<!\\);/).map(command => command.trim())
}
