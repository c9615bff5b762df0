import { HaproxyError } from '../haproxy-error.js'
import type { Exchange, ExchangeOptions } from './socket-exchange.js'

/**
 * Sends commands in one write and returns a reply for each.
 *
 * Outside its prompt mode HAProxy separates replies by empty lines, but only
 * some replies end with a line feed of their own, so replies could not be
 * separated reliably. In prompt mode each reply is followed by a line feed and
 * `> `.
 *
 * @throws HaproxyError `unreachable` if HAProxy closes the connection before the
 * last reply, `protocol` if the replies cannot be separated, `wrong-socket` if
 * HAProxy's master answers.
 */
export async function sendCommands(
  exchange: Exchange,
  commands: readonly string[],
  options?: ExchangeOptions,
): Promise<string[]> {
  const text = ['prompt', ...commands, 'quit', ''].join('\n')
  const answer = await exchange(text, options)
  if (answer.startsWith('master> ')) throw masterSocket(exchange.socket)
  // More parts than this are an error anyway, and need no memory.
  const [greeting, ...replies] = answer.split('\n> ', commands.length + 3)
  const trailing = replies.pop()
  if (greeting === '' && trailing === '' && replies.length === commands.length) return replies
  if (greeting === '' && replies.length < commands.length) {
    throw new HaproxyError(
      'unreachable',
      `HAProxy closed the connection after ${replies.length} of ${commands.length} replies: ` +
        'the effect of the other commands is unknown',
    )
  }
  throw new HaproxyError(
    'protocol',
    `Cannot match replies with commands: expected ${commands.length} replies, ` +
      `got ${replies.length}; the answer starts with ${JSON.stringify(answer.slice(0, 200))}`,
  )
}

function masterSocket(socket = 'The socket'): HaproxyError {
  return new HaproxyError(
    'wrong-socket',
    `${socket} is HAProxy's master socket, which knows no servers: ` +
      "use the path of `stats socket` in the `global` section of HAProxy's configuration",
  )
}
