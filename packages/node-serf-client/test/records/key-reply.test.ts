import t from 'tap'
import { decodeKeyReply } from '../../src/records/key-reply.js'
import { received } from '../wire-objects.js'

const counts = { NumNodes: 3, NumResp: 2, NumErr: 1 }

t.test('a reply has the messages, the keys and the counts', async t => {
  const reply = { Messages: { s2: 'no such key' }, Keys: { a2V5: 2 }, ...counts }
  t.same(decodeKeyReply(received(reply)), {
    messages: { s2: 'no such key' },
    keys: { a2V5: 2 },
    nodes: 3,
    responses: 2,
    errors: 1,
  })
})

t.test('maps that Go sends as nil are empty', async t => {
  const reply = decodeKeyReply(received({ Messages: null, Keys: null, ...counts }))
  t.same([reply.messages, reply.keys], [{}, {}])
})

t.test('an invalid reply is a protocol error that names the field', async t => {
  const valid = { Messages: {}, Keys: {}, ...counts }
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ Keys: { key: 'two' } }, /expected a number in Keys, got 'two'/],
    [{ Messages: { s1: 7 } }, /expected a text in Messages "s1", got 7/],
    [{ NumErr: undefined }, /expected a number in NumErr, got null/],
  ]
  for (const [change, message] of cases) {
    const reply = received({ ...valid, ...change })
    t.throws(() => decodeKeyReply(reply), { code: 'protocol', message })
  }
})
