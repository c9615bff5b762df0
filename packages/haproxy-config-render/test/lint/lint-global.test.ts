import t from 'tap'
import type { LintOptions } from '../../src/lint/lint-rule.js'
import { clean, found, without } from './clean-configuration.js'

t.test('each problem of the global section has its code and line', async t => {
  const problems: readonly (readonly [string, readonly string[], LintOptions?])[] = [
    [without('hard-stop-after 60s'), ['missing-hard-stop 1']],
    [without('stats socket /run/x.sock mode 600 level admin'), ['missing-admin-socket 1']],
    [clean, ['too-many-connections 4'], { openFiles: 1024 }],
    ['', ['missing-hard-stop 1', 'missing-admin-socket 1']],
  ]
  for (const [text, expected, options] of problems) {
    t.strictSame(found(text, options), expected, text.slice(-60))
  }
})
