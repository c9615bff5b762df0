import t from 'tap'
import { RequestReader } from '../../src/fake-agent/request-reader.js'
import { encodeRequest } from '../../src/wire/message-codec.js'
import { frames } from '../wire-objects.js'

const query = encodeRequest('query', 7, { Name: 'löad', Payload: Uint8Array.of(0, 255) })

t.test('a request is read with texts as strings and payloads as bytes', async t => {
  t.same(new RequestReader().push(query), [
    { command: 'query', seq: 7, body: { Name: 'löad', Payload: Uint8Array.of(0, 255) } },
  ])
})

t.test('a command without a body is complete with its header', async t => {
  const bytes = Buffer.concat([encodeRequest('members', 1), encodeRequest('stats', 2)])
  t.same(new RequestReader().push(bytes), [
    { command: 'members', seq: 1, body: {} },
    { command: 'stats', seq: 2, body: {} },
  ])
})

t.test('a request can arrive byte by byte', async t => {
  const reader = new RequestReader()
  const requests = Array.from(query, byte => reader.push(Uint8Array.of(byte))).flat()
  t.match(requests, [{ command: 'query', body: { Name: 'löad' } }])
  t.equal(requests.length, 1)
})

t.test('invalid requests throw', async t => {
  const cases: Readonly<Record<string, readonly unknown[]>> = {
    'a list': [[]],
    'an unknown command': [{ Command: 'reboot', Seq: 1 }],
    'a name of Object': [{ Command: 'constructor', Seq: 1 }],
    'a missing number': [{ Command: 'members' }],
    'a body that is not a map': [{ Command: 'query', Seq: 1 }, 7],
  }
  for (const [name, objects] of Object.entries(cases)) {
    t.throws(() => new RequestReader().push(frames(...objects)), name)
  }
  t.throws(() => new RequestReader().push(Buffer.from('GET / HTTP/1.1\r\n\r\n')))
})
