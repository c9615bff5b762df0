import type { Random } from 'real-components'
import { recordedExchanges, type Exchange } from './exchanges.js'

/** Recorded exchange with modified answers. */
export interface HostileExchange {
  readonly scene: string
  readonly turns: readonly Buffer[]
}

/** Recorded exchanges with the answers as bytes. */
const recorded = recordedExchanges().map(({ scene, turns }: Exchange) => ({
  scene,
  turns: turns.map(turn => Buffer.from(turn, 'base64')),
}))
const everyTurn = recorded.flatMap(({ turns }) => turns)

/** Returns an exchange with one broken answer, or noise in its place. */
export function hostileExchange(random: Random): HostileExchange {
  const { scene, turns } = pick(recorded, random)
  const broken = random(turns.length)
  return {
    scene,
    turns: turns.map((turn, i) => (i === broken ? hostileBytes(turn, random) : turn)),
  }
}

/** Splits bytes into pieces of any size, as a socket may deliver them. */
export function pieces(bytes: Buffer, random: Random): Buffer[] {
  const longest = 1 + random(random(4) === 0 ? 8 : 2000)
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random(longest)
    found.push(bytes.subarray(at, at + size))
    at += size
  }
  return found
}

function hostileBytes(bytes: Buffer, random: Random): Buffer {
  if (random(8) === 0) return noise(random(300), random)
  let broken = bytes
  for (let times = 1 + random(4); times > 0; times--)
    broken = pick(mutations, random)(broken, random)
  return broken
}

/** First bytes of arrays, maps, texts and bytes with a size field of four bytes. */
const longHeads = [0xdd, 0xdf, 0xdb, 0xc6, 0xc9]

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  function flip(bytes, random) {
    return replaced(bytes, random(bytes.length), 1, Buffer.of(random(256)))
  },
  function cut(bytes, random) {
    return replaced(bytes, random(bytes.length), random(40), Buffer.alloc(0))
  },
  function insert(bytes, random) {
    return replaced(bytes, random(bytes.length), 0, noise(1 + random(20), random))
  },
  function splice(bytes, random) {
    const other = pick(everyTurn, random)
    const at = random(other.length)
    const part = other.subarray(at, at + random(other.length))
    return replaced(bytes, random(bytes.length), random(part.length + 1), part)
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random(bytes.length))
  },
  function blowUp(bytes, random) {
    const head = Buffer.alloc(5, random(256))
    head[0] = pick(longHeads, random)
    // Sizes just below the frame limit cost the most.
    if (random(2) === 0) head.writeUInt32BE(random(1 << 20), 1)
    return replaced(bytes, random(bytes.length), random(6), head)
  },
]

function replaced(bytes: Buffer, at: number, length: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)])
}

function noise(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)))
}

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[random(list.length)]
  if (found === undefined) throw new Error('there is nothing to pick from')
  return found
}
