import type { Socket } from 'node:net'

/** A command line of HAProxy: the prompt that it shows, and the commands after which it closes. */
export interface Cli {
  /** The answer to the command `prompt`. */
  readonly greeting: string
  /** Behind each reply, once `prompt` was sent. */
  readonly prompt: string
  /** The answer to `quit`, once `prompt` was sent. */
  readonly farewell: string
  /** Returns whether it closes after a command, without `prompt`. */
  closesAfter(command: string): boolean
}

/** The stats socket: it answers one line and closes. */
export const statsCli: Cli = {
  greeting: '\n> ',
  prompt: '\n> ',
  farewell: '',
  closesAfter: () => true,
}

/** The master socket: it answers until `quit`. A reload closes its connections. */
export const masterCli: Cli = {
  greeting: 'master> ',
  prompt: '\nmaster> ',
  farewell: 'master> ',
  closesAfter: command => command === 'reload',
}

/** Serves a connection. Commands of one line are separated by semicolons. */
export function serveCli(
  connection: Socket,
  { greeting, prompt, farewell, closesAfter }: Cli,
  answer: (command: string) => string | undefined,
): void {
  let unread = ''
  let isPrompting = false
  const answerLine = (line: string) => {
    if (line === 'quit') return connection.end(isPrompting ? farewell : '')
    if (line === 'prompt') {
      isPrompting = true
      return connection.write(greeting)
    }
    for (const command of commandsOf(line)) {
      const reply = answer(command)
      if (reply === undefined) return connection.pause()
      connection.write(isPrompting ? `${reply}${prompt}` : `${reply}\n`)
    }
    return isPrompting || !closesAfter(line) ? connection : connection.end()
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
