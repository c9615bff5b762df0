import { isDeepStrictEqual } from 'node:util'
import { decodeMulti } from '@msgpack/msgpack'
import t from 'tap'
import { decodeMessages, encodeRequest } from '../src/message-codec.js'
import { frames, header, wireMember } from './scripted-agent.js'

const longText = 'ü'.repeat(300)

/** What an agent sends in one exchange, object by object. */
const exchanges: Readonly<Record<string, readonly unknown[]>> = {
  'a handshake': [header(0)],
  'a refusal': [header(1, 'Invalid authentication token')],
  'no members': [header(2), { Members: null }],
  'members of every kind': [
    header(2),
    {
      Members: [
        wireMember('s1'),
        wireMember('s2', { Addr: new Uint8Array(16).fill(0xfe), Port: 65_535, Status: 'left' }),
        wireMember('a\nname "with" \0 odd ütf-8 🦀', { Tags: { '': '', longText, ü: 'a\nb' } }),
        wireMember('no tags', { Tags: null, ProtocolMin: 1, DelegateCur: 5 }),
      ],
    },
  ],
  'more members than fit a short array': [
    header(300),
    { Members: Array.from({ length: 17 }, (_, i) => wireMember(`s${i}`, { Tags: {} })) },
  ],
  'a stream with its first record in the same packet': [
    header(70_000),
    header(70_000),
    { Event: 'member-join', Members: [wireMember('s1')] },
    header(70_000),
    { Event: 'user', LTime: 5_000_000_000, Name: 'deploy', Payload: Uint8Array.of(0, 255) },
  ],
  'a log': [header(4), header(4), { Log: '[INFO] serf: EventMemberJoin: s1' }],
}

async function decodeChunks(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* chunks
  }
  const messages: unknown[] = []
  for await (const message of decodeMessages(source())) messages.push(message)
  return messages
}

for (const [name, objects] of Object.entries(exchanges)) {
  const bytes = Uint8Array.from(frames(...objects))

  t.test(`${name} reads the same whole and byte by byte`, async t => {
    t.same(await decodeChunks([bytes]), objects)
    t.same(await decodeChunks(Array.from(bytes, byte => Uint8Array.of(byte))), objects)
  })

  t.test(`${name} reads the same however it is cut in two`, async t => {
    const failedOffsets: number[] = []
    for (let offset = 0; offset <= bytes.length; offset++) {
      const found = await decodeChunks([bytes.subarray(0, offset), bytes.subarray(offset)])
      if (!isDeepStrictEqual(found, objects)) failedOffsets.push(offset)
    }
    t.same(failedOffsets, [])
  })
}

t.test('a message that is cut off is not handed out', async t => {
  const bytes = frames(header(1), { Members: [] })
  const found = await decodeChunks([bytes.subarray(0, -1)])
  t.same(found, [header(1)])
})

t.test('a tag key __proto__ does not end the stream', async t => {
  const Tags: unknown = JSON.parse('{ "__proto__": "evil", "role": "web" }')
  const bytes = frames(header(1), { Members: [wireMember('s1', { Tags })] }, header(2))
  for (const chunks of [[bytes], Array.from(bytes, byte => Uint8Array.of(byte))]) {
    t.same(await decodeChunks(chunks), [
      header(1),
      { Members: [wireMember('s1', { Tags: { '__proto__\0': 'evil', role: 'web' } })] },
      header(2),
    ])
  }
})

t.test('bytes that are no UTF-8 are read, and the messages behind them too', async t => {
  const bytes = Buffer.concat([Buffer.from([0xa2, 0xff, 0xc3]), frames(header(1))])
  const [text, next] = await decodeChunks([bytes])
  t.type(text, 'string')
  t.same(next, header(1))
})

t.test('a peer that announces gigabytes is refused, not waited for', async t => {
  const text = Uint8Array.of(0xdb, 0x40, 0, 0, 0)
  const bytes = Uint8Array.of(0xc6, 0x40, 0, 0, 0)
  const list = Uint8Array.of(0xdd, 0x40, 0, 0, 0)
  const map = Uint8Array.of(0xdf, 0x40, 0, 0, 0)
  for (const announced of [text, bytes, list, map]) await t.rejects(decodeChunks([announced]))
})

t.test('a request is its header, and its body right behind it', async t => {
  const body = { Version: 1 }
  const handshake = '\x82\xa7Command\xa9handshake\xa3Seq\x00\x81\xa7Version\x01'
  t.same(Buffer.from(encodeRequest('handshake', 0, body)), Buffer.from(handshake, 'latin1'))
  t.same([...decodeMulti(encodeRequest('members', 70_000))], [{ Command: 'members', Seq: 70_000 }])
})

t.test('what a request leaves undefined is not sent', async t => {
  const bytes = encodeRequest('members-filtered', 1, { Name: 's.*', Status: undefined })
  const [, body] = decodeMulti(bytes)
  t.same(body, { Name: 's.*' })
})
