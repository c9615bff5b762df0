import t from 'tap'
import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import { clean, found, without } from './clean-configuration.js'

t.test('each problem with clients has its code and line', async t => {
  const problems: readonly (readonly [string, readonly string[]])[] = [
    [without('timeout client 1s'), ['missing-timeout 12']],
    [without('timeout http-request 1s'), ['missing-timeout 12']],
    [without('option idle-close-on-response'), ['missing-idle-close 12']],
    [without('timeout connect 1s'), ['missing-timeout 15']],
    [without('timeout server 1s'), ['missing-timeout 15']],
  ]
  for (const [text, expected] of problems) {
    t.strictSame(found(text), expected, text.slice(-60))
  }
})

t.test('a timeout of zero is none, and the last one wins', async t => {
  t.strictSame(found(clean.replace('client 1s', 'client 0')), ['missing-timeout 13'])
  t.strictSame(found(clean.replace('balance', 'timeout server 0ms\n  balance')), [
    'missing-timeout 16',
  ])
  t.strictSame(
    found(clean.replace('balance', 'timeout server 0\n  timeout server 1s\n  balance')),
    [],
  )
})

t.test('an option that is taken away is missing', async t => {
  const negated = clean.replace('  bind', '  no option idle-close-on-response\n  bind')
  t.strictSame(found(negated), ['missing-idle-close 13'])
  t.strictSame(found(negated.replace('  bind', '  option idle-close-on-response\n  bind')), [])
})

t.test('one finding names all proxies that lack a setting', async t => {
  const text = `${without('option idle-close-on-response')}frontend b\n  bind :81\n`
  t.match(lintConfiguration(text), [
    { code: 'missing-idle-close', line: 12, message: /of frontend web and frontend b, and/ },
  ])
})
