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

/**
 * Serves a connection. Commands of one line are separated by semicolons. After a
 * command that ends with `<<` the lines up to an empty one are its payload.
 */
export function serveCli(
  connection: Socket,
  { greeting, prompt, farewell, closesAfter }: Cli,
  answer: (command: string) => string | undefined,
): void {
  let unread = ''
  let isPrompting = false
  /** A command whose payload is not complete, with its lines so far. */
  let open: string | undefined
  const answerAll = (commands: readonly string[]) => {
    for (const command of commands) {
      const reply = answer(command)
      if (reply === undefined) return connection.pause()
      connection.write(isPrompting ? `${reply}${prompt}` : `${reply}\n`)
    }
    const isLast = !isPrompting && closesAfter(commands.join(';'))
    return isLast ? connection.end() : connection
  }
  const answerLine = (line: string) => {
    if (line === 'quit') return connection.end(isPrompting ? farewell : '')
    if (line !== 'prompt') return answerAll(commandsOf(line))
    isPrompting = true
    return connection.write(greeting)
  }
  const takeLine = (line: string) => {
    const isEnd = open !== undefined && line === ''
    const command = open === undefined ? line.trim() : isEnd ? open : `${open}\n${line}`
    if (!isEnd && (open !== undefined || command.endsWith(' <<'))) {
      open = command
      if (isPrompting) connection.write('+ ')
      return
    }
    open = undefined
    if (isEnd) answerAll([command])
    else answerLine(command)
  }
  connection.setEncoding('utf8').on('data', (text: string) => {
    unread += text
    for (;;) {
      const end = unread.indexOf('\n')
      if (end < 0 || connection.writableEnded) return
      const line = unread.slice(0, end)
      unread = unread.slice(end + 1)
      takeLine(line)
    }
  })
}

/** Splits at semicolons that are not escaped. */
function commandsOf(line: string): string[] {
  return line.split(/(?<!\\);/).map(command => command.trim())
}
