import { Duplex } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { encode } from '@msgpack/msgpack'
import { Connection } from '../src/connection/connection.js'
import { SerfClient } from '../src/index.js'
import { print } from './report.js'

const events = 1_000_000
const batch = 1000

/** Measures the memory after a million events, with and without a reader. */
export async function streamMemory(): Promise<void> {
  print(`\nmemory after ${events} user events through a stream:`)
  for (const isRead of [true, false]) {
    const bytes = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const connection = new Connection(bytes, {
      timeoutMs: 60_000,
      maxFrameBytes: 1 << 20,
      maxElements: 100_000,
    })
    const opening = new SerfClient(connection, 'bench').stream(['user'])
    bytes.push(encode({ Seq: 0, Error: '' }))
    const stream = await opening
    const before = await memoryAfter(bytes, batch)
    const reading = isRead ? drain(stream) : undefined
    const start = performance.now()
    const after = await memoryAfter(bytes, events)
    const seconds = (performance.now() - start) / 1000
    connection.close()
    await reading
    const rate = Math.round(events / seconds)
    const ratio = (after / before).toFixed(2)
    const reader = isRead ? 'with a reader' : 'without'
    print(`  ${reader.padEnd(13)} ${mib(before)} before, ${mib(after)} after (${ratio} ×)`)
    print(`  ${''.padEnd(13)} ${rate} events/s, ${stream.missed} missed`)
  }
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const event of stream) if (!event) return
  } catch {
    // The closed connection ends the stream.
  }
}

/** Sends events and returns the bytes in use after them. */
async function memoryAfter(bytes: Duplex, count: number): Promise<number> {
  const facts = {
    Event: 'user',
    LTime: 7,
    Name: 'deploy',
    Payload: Buffer.alloc(40),
    Coalesce: true,
  }
  const event = Buffer.concat([encode({ Seq: 0, Error: '' }), encode(facts)])
  for (let sent = 0; sent < count; sent += batch) {
    bytes.push(Buffer.concat(Array.from({ length: batch }, () => event)))
    await new Promise(setImmediate)
  }
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
