import t from 'tap'
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
    [clean.replace('balance', 'default-server inter 1s\n  balance'), ['default-server 17']],
    [clean.replace(' check', ''), ['unchecked-server 18']],
    [clean.replace(' check', ' check on-marked-down shutdown-sessions'), ['cuts-retries 18']],
  ]
  for (const [text, expected, options] of problems) {
    t.strictSame(found(text, options), expected, text.slice(-60))
  }
})
