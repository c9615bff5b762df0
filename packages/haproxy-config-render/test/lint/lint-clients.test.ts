import t from 'tap'
import { clean, found, without } from './clean-configuration.js'

t.test('each problem with clients has its code and line', async t => {
  const problems: readonly (readonly [string, readonly string[]])[] = [
    [without('timeout client 1s'), ['missing-timeout 12']],
    [without('timeout http-request 1s'), ['missing-timeout 12']],
    [without('option idle-close-on-response'), ['missing-idle-close 12']],
    [`${clean}frontend b\n  bind 0.0.0.0:80\n`, ['clashing-bind 20']],
    [`${clean}frontend b\n  bind :81,:80\n`, ['clashing-bind 20']],
    [`${clean}frontend b\n  bind 127.0.0.1:80\n  mode tcp\n`, []],
    [without('timeout connect 1s'), ['missing-timeout 15']],
    [without('timeout server 1s'), ['missing-timeout 15']],
  ]
  for (const [text, expected] of problems) {
    t.strictSame(found(text), expected, text.slice(-60))
  }
})
