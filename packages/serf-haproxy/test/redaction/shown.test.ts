import t from 'tap'
import { rememberSecrets } from '../../src/redaction/known-secrets.js'
import { shownData, shownJson, shownLogLine, shownText } from '../../src/redaction/shown.js'

const secret = 'n"quoted\\secret'
rememberSecrets([secret, 'plain-secret'])

t.test('JSON has no secret and no character that could be interpreted', async t => {
  const json = shownJson({ a: `<${secret}>`, b: ['plain-secret', 'x\u202ey', 1, true, null] })
  t.same(JSON.parse(json), { a: '<[redacted]>', b: ['[redacted]', 'x\u202ey', 1, true, null] })
  t.match(json, String.raw`x\u202ey`)
  // A line feed and the beginning of the secret are "\n" and "n" in JSON.
  t.same(JSON.parse(shownJson({ a: `\nplain-secret` })), { a: '\n[redacted]' })
})

t.test('data without secrets keeps its values', async t => {
  t.same(shownData({ a: `x ${secret}`, b: 1 }), { a: 'x [redacted]', b: 1 })
})

t.test('a line of the log stays one line of JSON', async t => {
  t.equal(shownLogLine('{"text":"a\u009bb"}\n'), '{"text":"a\\u009bb"}\n')
  t.equal(shownLogLine('{"text":"plain-secret"}\n'), '{"text":"[redacted]"}\n')
})

t.test('text keeps its lines', async t => {
  t.equal(shownText('one\nplain-secret\u2066'), 'one\n[redacted]\\u{2066}')
})
