import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import { readHandlerInput } from '../../src/handler/read-handler-input.js'

const input = () => Readable.from([Buffer.from('ab'), Buffer.from('c')])

t.test('the input is read whole, up to its limit', async t => {
  t.equal(String(await readHandlerInput(input(), { maxBytes: 3 })), 'abc')
  await t.rejects(readHandlerInput(input(), { maxBytes: 2 }), {
    name: 'SerfError',
    code: 'invalid-argument',
    message: /expected at most 2 bytes, got more.*serf agent -event-handler/,
  })
})

t.test('an input without an end is refused when its limit is reached', async t => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(65_536)
    })(),
  )
  await t.rejects(readHandlerInput(endless), { code: 'invalid-argument', message: /8388608 bytes/ })
  t.equal(endless.destroyed, true)
})

t.test('an input that stays open is a timeout', async t => {
  const open = new PassThrough()
  open.write('half an event')
  await t.rejects(readHandlerInput(open, { timeoutMs: 20 }), {
    code: 'timeout',
    message: /expected its end within 20 ms, got 13 bytes and no end/,
  })
  t.equal(open.destroyed, true)
})
