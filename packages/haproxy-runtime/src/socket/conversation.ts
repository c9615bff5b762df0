import { HaproxyError } from '../haproxy-error.js'
import type { Exchange, ExchangeOptions } from './socket-exchange.js'

/**
 * Sends commands in one write and returns a reply for each.
 *
 * Outside its prompt mode HAProxy separates replies by empty lines, but some
 * replies end with a line feed of their own and some do not, so they could not
 * be told apart. In prompt mode each reply is followed by a line feed and `> `.
 *
 * @throws HaproxyError `unreachable` where HAProxy ends amid its replies, `protocol` where
 * they cannot be told apart.
 */
export async function converse(
  exchange: Exchange,
  commands: readonly string[],
  options?: ExchangeOptions,
): Promise<string[]> {
  const text = ['prompt', ...commands, 'quit', ''].join('\n')
  const answer = await exchange(text, options)
  const [greeting, ...replies] = answer.split('\n> ')
  const trailing = replies.pop()
  if (greeting === '' && trailing === '' && replies.length === commands.length) return replies
  if (greeting === '' && replies.length < commands.length) {
    throw new HaproxyError(
      'unreachable',
      `HAProxy closed the connection after ${replies.length} of ${commands.length} replies: ` +
        'what it did of the rest is not known',
    )
  }
  throw new HaproxyError(
    'protocol',
    `HAProxy's replies cannot be paired: found ${replies.length}, wanted ${commands.length}; ` +
      `the answer begins ${JSON.stringify(answer.slice(0, 200))}`,
  )
}
