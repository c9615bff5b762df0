import t from 'tap'
import { ReplyPairing } from '../../src/wire/reply-pairing.js'
import { header, received } from '../wire-objects.js'

t.test('a header without a body is complete at once', async t => {
  const pairing = new ReplyPairing(() => false)
  t.same(pairing.push(received(header(7, 'no'))), {
    header: { seq: 7, reason: 'no' },
    body: undefined,
  })
  t.equal(pairing.isOpen, false)
})

t.test('a header with a body is complete with the next message, of any kind', async t => {
  const pairing = new ReplyPairing(({ seq }) => seq === 1)
  for (const body of [{ Members: null }, null, 7, received(header(2))]) {
    t.equal(pairing.push(received(header(1))), undefined)
    t.equal(pairing.isOpen, true)
    t.same(pairing.push(body), { header: { seq: 1, reason: '' }, body })
    t.equal(pairing.isOpen, false)
  }
})

t.test('the reason of the header can decide if a body follows', async t => {
  const pairing = new ReplyPairing(({ reason }) => reason === '')
  t.match(pairing.push(received(header(1, 'refused'))), { body: undefined })
  t.equal(pairing.push(received(header(2))), undefined)
})

t.test('a message that is not a header is a protocol error', async t => {
  for (const message of [null, [], 'hello', { Error: '' }, { Seq: '1', Error: '' }]) {
    const pairing = new ReplyPairing(() => true)
    t.throws(() => pairing.push(received(message)), {
      code: 'protocol',
      message: /not a Serf agent: expected a reply header with a Seq, got /,
    })
    t.equal(pairing.isOpen, false)
  }
})
