import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { constants, gunzipSync } from 'node:zlib'
import t from 'tap'
import { EventClient, EventFrame, eventFrame } from '../../src/http/event-client.js'

/** A fake response: `reads` says whether its peer takes data from the socket. */
class FakeResponse extends EventEmitter {
  readonly written: (string | Buffer)[] = []
  readonly heads: unknown[] = []
  destroyed = false
  reads = true
  writableLength = 0

  writeHead(...head: unknown[]): void {
    this.heads.push(head)
  }

  write(text: string | Buffer): boolean {
    this.written.push(text)
    if (!this.reads) this.writableLength += text.length
    return this.reads
  }

  destroy(): void {
    this.destroyed = true
  }
}

function followed(isCompressed = false) {
  const response = new FakeResponse()
  const settings = { maxBufferedBytes: 10, stallMs: 1000, lastSeq: 7, isCompressed }
  const client = new EventClient(response as unknown as ServerResponse, settings)
  return { response, client }
}

t.test('the head of a stream has its type and the security headers', async t => {
  const { response } = followed()
  t.match(response.heads, [
    [200, { 'content-type': 'text/event-stream', 'x-content-type-options': 'nosniff' }],
  ])
})

t.test('an entry that the client already has is not sent again', async t => {
  const { response, client } = followed()
  for (const seq of [6, 7, 8, 8, 10, 9]) client.sendEntry(new EventFrame(String(seq)), seq, 0)
  t.same(response.written, ['8', '10'])
})

t.test('a client that reads is never disconnected', async t => {
  const { response, client } = followed()
  for (let now = 0; now < 5000; now += 500) {
    client.send(new EventFrame('x'.repeat(100)), now)
    client.look(now)
  }
  t.equal(response.written.length, 10)
  t.equal(client.isReading, true)
  t.equal(response.destroyed, false)
})

t.test('a client that reads nothing is disconnected after the limit', async t => {
  const { response, client } = followed()
  response.reads = false
  client.send(new EventFrame('a'), 100)
  t.equal(client.isReading, false)
  client.send(new EventFrame('b'), 900)
  client.look(1099)
  t.equal(response.destroyed, false)
  client.look(1100)
  t.equal(response.destroyed, true)
  client.send(new EventFrame('c'), 1200)
  t.same(response.written, ['a', 'b'], 'nothing is written afterwards')
})

t.test('a client that reads again gets the full time again', async t => {
  const { response, client } = followed()
  response.reads = false
  client.send(new EventFrame('a'), 0)
  response.emit('drain')
  t.equal(client.isReading, true)
  client.send(new EventFrame('b'), 900)
  client.look(1500)
  t.equal(response.destroyed, false)
})

t.test('a client with too much unread data is disconnected at once', async t => {
  const { response, client } = followed()
  response.reads = false
  client.send(new EventFrame('x'.repeat(11)), 0)
  client.send(new EventFrame('y'.repeat(11)), 1)
  t.equal(response.destroyed, false, 'one frame may be larger than the limit')
  client.send(new EventFrame('z'), 2)
  t.equal(response.destroyed, true)
  t.equal(response.written.length, 2)
})

t.test('a frame is one event, whatever its data', async t => {
  t.equal(
    eventFrame('entry', { text: 'a\n\nb' }, '1.2').text,
    'id: 1.2\nevent: entry\ndata: {"text":"a\\n\\nb"}\n\n',
  )
  t.equal(eventFrame('state', null).text, 'event: state\ndata: null\n\n')
})

t.test(
  'compressed frames are one gzip stream, in their order, and each ends at a byte',
  async t => {
    const { response, client } = followed(true)
    response.reads = true
    t.match(response.heads, [[200, { 'content-encoding': 'gzip' }]])
    const large = 'a large frame is compressed for a longer time\n'.repeat(10_000)
    const shared = new EventFrame('the same\n')
    for (const frame of [new EventFrame(large), shared, shared]) client.send(frame, 0)
    while (response.written.length < 4) await turn()
    const [header, ...frames] = response.written as Buffer[]
    t.equal(frames[1], frames[2], 'a frame is compressed once')
    const read = (parts: readonly Buffer[]) =>
      gunzipSync(Buffer.concat([header ?? Buffer.alloc(0), ...parts]), {
        finishFlush: constants.Z_SYNC_FLUSH,
      }).toString()
    t.equal(read(frames.slice(0, 1)), large)
    t.equal(read(frames), `${large}the same\nthe same\n`)
  },
)
