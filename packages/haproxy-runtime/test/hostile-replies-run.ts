import { randomFrom, type Random } from 'real-components'
import { HaproxyError } from '../src/haproxy-error.js'
import { parseInfo } from '../src/replies/process-info.js'
import { parseProcessTable } from '../src/replies/process-table.js'
import { parseBackendIds, parseStatistics } from '../src/replies/server-statistics.js'
import { parseServersState } from '../src/replies/servers-state.js'
import { parseSessions } from '../src/replies/session-list.js'
import { sendCommands } from '../src/socket/send-commands.js'
import { recordedReplies } from './recorded-replies.js'

/** Results of the replies. */
export interface ReplyTally {
  /** Number of replies that a parser read. */
  read: number
  /** Number of replies that ended with a HaproxyError. */
  refused: number
}

const parsers: readonly ((reply: string) => unknown)[] = [
  parseInfo,
  parseProcessTable,
  parseStatistics,
  parseBackendIds,
  reply => parseServersState(reply),
  parseSessions,
]

const replies = recordedReplies()

/**
 * Passes replies of real HAProxy releases, broken in some places, to the framing
 * and to a parser. Throws for any result but a value and a HaproxyError.
 */
export async function runReplies(seed: number, inputs: number): Promise<ReplyTally> {
  const tally: ReplyTally = { read: 0, refused: 0 }
  const { stackTraceLimit } = Error
  // Most inputs end in an error, and the stack is most of its cost.
  Error.stackTraceLimit = 0
  try {
    const random = randomFrom(seed)
    for (let done = 0; done < inputs; done++) {
      const reply = hostileReply(random)
      // A quarter has the framing of a whole answer, broken too.
      const isFramed = random(4) === 0
      const answer = isFramed ? broken(`\n> ${reply}\n> `, random) : reply
      const exchange = () => Promise.resolve(answer)
      const parse = pick(parsers, random)
      try {
        parse(isFramed ? ((await sendCommands(exchange, ['x']))[0] ?? '') : reply)
        tally.read++
      } catch (error) {
        if (!(error instanceof HaproxyError)) throw new Error(`seed ${seed}`, { cause: error })
        tally.refused++
      }
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return tally
}

function hostileReply(random: Random): string {
  if (random(8) === 0) return noise(random(300), random)
  let reply = pick(replies, random)
  for (let times = random(4); times > 0; times--) reply = broken(reply, random)
  return reply
}

const broken = (text: string, random: Random) => pick(mutations, random)(text, random)

/** Characters with a meaning in replies, and the ends of several kinds of numbers. */
const pieces = ['\n', ' ', ',', '# ', '> ', '0x', '-', '"', '<NONE>', '9'.repeat(30), 'NaN', 'ü\0']

const mutations: readonly ((text: string, random: Random) => string)[] = [
  function replace(text, random) {
    return spliced(text, random(text.length + 1), random(4), pick(pieces, random))
  },
  function cut(text, random) {
    return spliced(text, random(text.length + 1), random(200), '')
  },
  function insert(text, random) {
    return spliced(text, random(text.length + 1), 0, noise(random(20), random))
  },
  function splice(text, random) {
    const other = pick(replies, random)
    const at = random(other.length)
    return spliced(text, random(text.length + 1), random(400), other.slice(at, at + random(400)))
  },
  function truncate(text, random) {
    return text.slice(0, random(text.length + 1))
  },
  function repeat(text, random) {
    const at = random(text.length + 1)
    const part = text.slice(at, at + 1 + random(20))
    return spliced(text, at, 0, part.repeat(random(200)))
  },
]

function spliced(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length)
}

function noise(length: number, random: Random): string {
  return String.fromCharCode(...Array.from({ length }, () => random(256)))
}

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[random(list.length)]
  if (found === undefined) throw new Error('there is nothing to pick from')
  return found
}
