import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Connection } from '../src/connection/connection.js'
import { SerfClient } from '../src/index.js'
import { withTexts } from '../src/wire/wire-value.js'

/** Recorded traffic of one connection to a real agent, and the client's results. */
export interface Exchange {
  /** Version of Debian's package. */
  readonly serf: string
  readonly scene: string
  /** Answer to each write of the client, base64. */
  readonly turns: readonly string[]
  readonly outcome: unknown
}

/** Folder with one file for each recorded exchange. */
export const exchangeFolder = fileURLToPath(new URL('../../test/exchanges', import.meta.url))

export function recordedExchanges(): Exchange[] {
  return readdirSync(exchangeFolder).map(
    file => JSON.parse(readFileSync(join(exchangeFolder, file), 'utf8')) as Exchange,
  )
}

const limits = { timeoutMs: 5000, maxFrameBytes: 1 << 20, maxElements: 100_000 }

/** Returns a client on a stream of bytes, after its handshake. */
export async function clientOn(bytes: Duplex): Promise<SerfClient> {
  const connection = new Connection(bytes, limits)
  await connection.call({ command: 'handshake', body: { Version: 1 } }, () => {})
  return new SerfClient(connection, 'recorded')
}

/** Replays a recorded agent: answers each write with its recording, split by `cut`. */
export function playback(turns: readonly string[], cut: (bytes: Buffer) => Buffer[]): Duplex {
  let turn = 0
  return new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      const bytes = Buffer.from(turns[turn++] ?? '', 'base64')
      done()
      // The answer comes after the write has returned, as with a socket.
      setImmediate(() => {
        for (const piece of cut(bytes)) if (piece.length > 0) this.push(piece)
      })
    },
  })
}

/** Calls of the client in each scene; the outcome is JSON. */
export const scenes: Readonly<Record<string, (client: SerfClient) => Promise<unknown>>> = {
  members: client => client.members(),
  'members-filtered': client => client.members({ status: 'alive', tags: { role: 'none' } }),
  stats: client => client.stats(),
  'get-coordinate': async client => [
    await client.coordinate('s1'),
    (await client.coordinate('x')) ?? null,
  ],
  'tags and force-leave': async client => {
    await client.tags({ set: { zone: 'a' }, delete: ['none'] })
    await client.forceLeave('unknown')
    return client.members()
  },
  'a refused join, then members': async client => {
    const refusal = await client.join(['127.0.0.1:9']).catch(plain)
    return [refusal, await client.members()]
  },
  'gossip keys': async client => {
    const unknown = Buffer.alloc(32, 3).toString('base64')
    const refusals = await Promise.all([
      client.useKey(unknown).catch(plain),
      client.removeKey('no key').catch(plain),
      client.installKey('no key').catch(plain),
    ])
    return [refusals, await client.listKeys()]
  },
  'a user event through a stream': async client => {
    const events = await client.stream(['user', 'query'])
    await client.event('deploy', Uint8Array.of(0, 255))
    return plain((await events.next()).value)
  },
  'a query with ack, response and done': async client => {
    const events = await client.stream(['query'])
    const records = await client.query('load', { ack: true, answerMs: 200 })
    const query = (await events.next()).value
    await client.respond(query?.id ?? -1, 'much')
    const found: unknown[] = []
    for await (const record of records) found.push(plain(record))
    return found
  },
  monitor: async client => {
    const lines = await client.monitor('INFO')
    return (await lines.next()).value
  },
  'an error without a body': async client => {
    const refusal = await client.event('large', 'x'.repeat(600)).catch(plain)
    return [refusal, await client.members()]
  },
}

/** Converts an outcome to JSON: bytes become texts, errors their properties. */
export function plain(value: unknown): unknown {
  if (value instanceof Error) {
    const { message, ...facts } = value
    return { ...facts, message }
  }
  const texts = withTexts(value)
  return JSON.parse(
    JSON.stringify(texts ?? null, (_key, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    ),
  )
}
