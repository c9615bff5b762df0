import t from 'tap'
import { stickyPools } from '../../src/reconcile/sticky-pools.js'

const cookie = 'cookie SRV insert indirect nocache dynamic'

const cases: readonly (readonly [name: string, lines: readonly string[], sticky: boolean])[] = [
  ['a cookie line of the backend', ['backend nodes', `  ${cookie}`], true],
  ['a cookie line of the defaults', ['defaults', `  ${cookie}`, 'backend nodes'], true],
  [
    'a cookie line of the named defaults',
    ['defaults a', `  ${cookie}`, 'defaults b', 'backend nodes from a'],
    true,
  ],
  ['a cookie line with quotes', ['backend nodes', '  "cookie" SRV insert "dynamic"'], true],
  ['a listen section', ['listen nodes', `  ${cookie}`], true],
  ['a cookie that is called dynamic', ['backend nodes', '  cookie dynamic insert'], false],
  ['a comment', ['backend nodes', `  # ${cookie}`], false],
  [
    'a later cookie line without it',
    ['backend nodes', `  ${cookie}`, '  cookie SRV insert'],
    false,
  ],
  ['other defaults', ['defaults a', `  ${cookie}`, 'defaults b', 'backend nodes'], false],
]

for (const [name, lines, sticky] of cases) {
  t.test(`${name}: ${sticky ? 'dynamic cookies' : 'none'}`, async t => {
    t.strictSame([...stickyPools(lines.join('\n'))], sticky ? ['nodes'] : [])
  })
}
