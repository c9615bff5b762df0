import { Duplex } from 'node:stream'
import { randomFrom, type Random } from 'real-components'
import { decodeStats } from '../src/records/agent-stats.js'
import { decodeCoordinate } from '../src/records/coordinate.js'
import { FrameScanner } from '../src/wire/frame-scanner.js'
import { SerfError } from '../src/index.js'
import { decodeKeyReply } from '../src/records/key-reply.js'
import { decodeMember } from '../src/records/member.js'
import { decodeMessage } from '../src/wire/message-codec.js'
import { decodeQueryRecord } from '../src/records/query.js'
import { ReplyPairing } from '../src/wire/reply-pairing.js'
import { decodeEvent } from '../src/records/serf-event.js'
import { clientOn, scenes } from './exchanges.js'
import { hostileExchange, pieces, type HostileExchange } from './hostile-bytes.js'

/** Results of the inputs. */
export interface Tally {
  /** Number of whole frames that the codec decoded or refused. */
  frames: number
  /** Number of inputs that were read completely. */
  read: number
  /** Number of inputs that ended with a SerfError. */
  refused: number
  /** Results that must never happen, one line each. */
  readonly bugs: string[]
}

const frameLimit = 1 << 20
const hangTimeoutMs = 20_000
const decoders = [
  decodeMember,
  decodeStats,
  decodeCoordinate,
  decodeKeyReply,
  decodeEvent,
  decodeQueryRecord,
]

/**
 * Feeds `inputs` broken exchanges to the codec and to whole clients, and counts
 * the results; a bug names the seed that reproduces it.
 */
export async function runHostile(seed: number, inputs: number): Promise<Tally> {
  const tally: Tally = { frames: 0, read: 0, refused: 0, bugs: [] }
  const strays = (reason: unknown) =>
    void tally.bugs.push(`seed ${seed}: unhandled: ${String(reason)}`)
  process.on('unhandledRejection', strays)
  const { stackTraceLimit } = Error
  // Almost every input ends in an error, and the stack is most of its cost.
  Error.stackTraceLimit = 0
  try {
    const random = randomFrom(seed)
    for (let done = 0; done < inputs; done += 100) {
      const round = Array.from({ length: Math.min(100, inputs - done) }, () => {
        const exchange = hostileExchange(random)
        feedCodec(exchange, random, tally)
        return feedClient(exchange, random, tally)
      })
      await inTime(Promise.all(round), () => tally.bugs.push(`seed ${seed}: a call hangs`))
      if (tally.bugs.length > 0) break
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
    process.off('unhandledRejection', strays)
  }
  return tally
}

/** Passes every frame to a decoder, which must read it or throw a SerfError. */
function feedCodec({ turns }: HostileExchange, random: Random, tally: Tally): void {
  const { bugs } = tally
  const scanner = new FrameScanner({ maxFrameBytes: frameLimit, maxElements: 100_000 })
  const pairing = new ReplyPairing(({ seq }) => seq % 2 === 1)
  const attempt = (run: () => unknown) => {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof SerfError)) bugs.push(`codec: ${String(error)}`)
      return undefined
    }
  }
  attempt(() => {
    for (const piece of pieces(Buffer.concat(turns), random)) {
      for (const frame of scanner.push(piece)) {
        tally.frames++
        const message = attempt(() => decodeMessage(frame))
        attempt(() => decoders[random(decoders.length)]?.(message))
        attempt(() => pairing.push(message))
      }
    }
  })
}

/** Runs the client's scene with an agent that sends these answers and then disconnects. */
async function feedClient(
  { scene, turns }: HostileExchange,
  random: Random,
  tally: Tally,
): Promise<void> {
  const run = scenes[scene]
  try {
    const client = await clientOn(hostileAgent(turns, random))
    await run?.(client).finally(() => client.close())
    tally.read++
  } catch (error) {
    tally.refused++
    // The end of the bytes must end every call; a call that waits for its timeout is a bug.
    if (!(error instanceof SerfError) || error.code === 'timeout') {
      tally.bugs.push(`${scene}: ${String(error)}`)
    }
  }
}

/** Answers each write with the next turn; disconnects if no further write follows. */
function hostileAgent(turns: readonly Buffer[], random: Random): Duplex {
  let turn = 0
  let turnsLeft = 0
  const bytes = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      const answer = pieces(turns[turn++] ?? Buffer.alloc(0), random)
      turnsLeft = 6
      done()
      setImmediate(() => {
        for (const piece of answer) if (!bytes.destroyed) bytes.push(piece)
      })
      if (turn === 1) setImmediate(wait)
    },
  })
  const wait = () => {
    if (bytes.destroyed) return
    if (turnsLeft-- > 0) setImmediate(wait)
    else bytes.push(null)
  }
  return bytes
}

async function inTime(work: Promise<unknown>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<void>(resolve => {
    timer = setTimeout(() => {
      late()
      resolve()
    }, hangTimeoutMs)
  })
  await Promise.race([work, deadline])
  clearTimeout(timer)
}
