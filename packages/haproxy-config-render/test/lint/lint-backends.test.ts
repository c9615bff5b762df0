import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import type { LintOptions } from '../../src/lint/lint-rule.js'
import { clean, found, without } from './clean-configuration.js'

t.test('each problem of a backend has its code and line', async t => {
  const problems: readonly (readonly [string, readonly string[], LintOptions?])[] = [
    [without('option redispatch 1'), ['missing-redispatch 15']],
    [clean.replace('roundrobin', 'source'), ['static-balance 17']],
    [clean.replace('roundrobin', 'static-rr'), ['static-balance 17']],
    [clean.replace('roundrobin', 'hdr(host)'), ['static-balance 17']],
    [clean.replace('roundrobin', 'source\n  hash-type consistent'), []],
    [clean.replace('roundrobin', 'source'), [], { managed: ['other'] }],
    [clean.replace(' check', ''), ['unchecked-server 18']],
    [clean.replace(' check', ' check on-marked-down shutdown-sessions'), ['cuts-retries 18']],
  ]
  for (const [text, expected, options] of problems) {
    t.strictSame(found(text, options), expected, text.slice(-60))
  }
})

/** Returns the findings with these lines in place of the algorithm. */
const withLines = (lines: string) => found(clean.replace('balance roundrobin', lines))

t.test('the last line wins, and a negation takes away', async t => {
  t.strictSame(withLines('balance source\n  balance roundrobin'), [])
  t.strictSame(withLines('balance roundrobin\n  balance source'), ['static-balance 18'])
  t.strictSame(withLines('balance source\n  hash-type consistent\n  hash-type map-based'), [
    'static-balance 17',
  ])
  t.strictSame(withLines('no option redispatch'), ['missing-redispatch 16'])
  t.strictSame(withLines('no option redispatch\n  option redispatch'), [])
})

t.test('one finding names the backends that lack redispatch', async t => {
  const text = `${without('option redispatch 1')}backend b\n  balance leastconn\n`
  t.match(lintConfiguration(text), [
    { code: 'missing-redispatch', line: 15, message: /^in backend app and backend b a request/ },
  ])
})

t.test('a backend that is disabled has no finding', async t => {
  t.strictSame(found(clean.replace('balance roundrobin', 'balance source\n  disabled')), [])
})

t.test('the name of a server is no option', async t => {
  t.strictSame(found(`${clean}  server on-marked-down shutdown-sessions check\n`), [])
})
