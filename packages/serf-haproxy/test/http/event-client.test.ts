import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { EventClient, eventFrame } from '../../src/http/event-client.js'

/** A fake response: `reads` says whether its peer takes data from the socket. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = []
  readonly heads: unknown[] = []
  destroyed = false
  reads = true
  writableLength = 0

  writeHead(...head: unknown[]): void {
    this.heads.push(head)
  }

  write(text: string): boolean {
    this.written.push(text)
    if (!this.reads) this.writableLength += text.length
    return this.reads
  }

  destroy(): void {
    this.destroyed = true
  }
}

function followed(limits = { maxBufferedBytes: 10, stallMs: 1000 }) {
  const response = new FakeResponse()
  const client = new EventClient(response as unknown as ServerResponse, limits, 7)
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
  for (const seq of [6, 7, 8, 8, 10, 9]) client.sendEntry(String(seq), seq, 0)
  t.same(response.written, ['8', '10'])
})

t.test('a client that reads is never disconnected', async t => {
  const { response, client } = followed()
  for (let now = 0; now < 5000; now += 500) {
    client.send('x'.repeat(100), now)
    client.look(now)
  }
  t.equal(response.written.length, 10)
  t.equal(client.isReading, true)
  t.equal(response.destroyed, false)
})

t.test('a client that reads nothing is disconnected after the limit', async t => {
  const { response, client } = followed()
  response.reads = false
  client.send('a', 100)
  t.equal(client.isReading, false)
  client.send('b', 900)
  client.look(1099)
  t.equal(response.destroyed, false)
  client.look(1100)
  t.equal(response.destroyed, true)
  client.send('c', 1200)
  t.same(response.written, ['a', 'b'], 'nothing is written afterwards')
})

t.test('a client that reads again gets the full time again', async t => {
  const { response, client } = followed()
  response.reads = false
  client.send('a', 0)
  response.emit('drain')
  t.equal(client.isReading, true)
  client.send('b', 900)
  client.look(1500)
  t.equal(response.destroyed, false)
})

t.test('a client with too much unread data is disconnected at once', async t => {
  const { response, client } = followed()
  response.reads = false
  client.send('x'.repeat(11), 0)
  client.send('y'.repeat(11), 1)
  t.equal(response.destroyed, false, 'one frame may be larger than the limit')
  client.send('z', 2)
  t.equal(response.destroyed, true)
  t.equal(response.written.length, 2)
})

t.test('a frame is one event, whatever its data', async t => {
  t.equal(
    eventFrame('entry', { text: 'a\n\nb' }, '1.2'),
    'id: 1.2\nevent: entry\ndata: {"text":"a\\n\\nb"}\n\n',
  )
  t.equal(eventFrame('state', null), 'event: state\ndata: null\n\n')
})
