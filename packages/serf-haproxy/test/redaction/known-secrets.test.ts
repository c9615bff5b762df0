import t from 'tap'
import {
  mayHoldSecret,
  rememberSecrets,
  withoutSecrets,
} from '../../src/redaction/known-secrets.js'

t.test('a known secret is replaced wherever it stands, and stays known', async t => {
  t.equal(withoutSecrets('nothing is known yet'), 'nothing is known yet')
  t.notOk(mayHoldSecret('"nothing"'))
  rememberSecrets(['long-enough-secret', 'ab', '  spaced secret\n'])
  t.equal(withoutSecrets('(long-enough-secretly) ab'), '([redacted]ly) ab')
  rememberSecrets(['another-one'])
  t.equal(
    withoutSecrets('long-enough-secret, spaced secret, another-one'),
    '[redacted], [redacted], [redacted]',
  )
})

t.test('a short secret is replaced as a word of its own', async t => {
  rememberSecrets(['pw12'])
  t.equal(withoutSecrets('admin:pw12 xpw123'), 'admin:[redacted] xpw123')
})

t.test('the spellings of a configuration and of JSON are known as well', async t => {
  rememberSecrets([`it's "50%" (of) a$b.c`])
  for (const spelling of [
    `it's "50%" (of) a$b.c`,
    `it'\\''s "50%" (of) a$b.c`,
    `it's "50%%" (of) a$b.c`,
  ])
    t.equal(withoutSecrets(`<${spelling}>`), '<[redacted]>')
  t.ok(mayHoldSecret(JSON.stringify({ x: `it's "50%" (of) a$b.c` })))
})

t.test('the longest of several secrets at one place is replaced', async t => {
  rememberSecrets(['prefixed-secret', 'prefixed-secret-longer'])
  t.equal(withoutSecrets('prefixed-secret-longer'), '[redacted]')
})

t.test('the number of known secrets is limited, and the newest are kept', async t => {
  rememberSecrets(Array.from({ length: 1500 }, (_, n) => `generated-${n}-secret`))
  t.equal(withoutSecrets('generated-1499-secret'), '[redacted]')
  t.equal(withoutSecrets('generated-1-secret'), 'generated-1-secret')
})
