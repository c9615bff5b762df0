import t from 'tap'
import { isDisabled } from '../src/is-disabled.js'
import { parseSections } from '../src/index.js'

const cases: readonly (readonly [text: string, disabled: boolean])[] = [
  ['backend a\n  balance roundrobin', false],
  ['backend a\n  disabled', true],
  ['frontend a\n  disabled\n  enabled', false],
  ['listen a\n  enabled\n  disabled', true],
  ['defaults\n  disabled\nbackend a', true],
  ['defaults\n  disabled\nbackend a\n  enabled', false],
  ['defaults b\n  disabled\ndefaults c from b\nbackend a from c', true],
  ['backend a\n  server s1 10.0.0.1:80 disabled', false],
  ['defaults\n  disabled\npeers a\n  peer p 10.0.0.1:80', false],
]

for (const [text, disabled] of cases) {
  t.test(`${text.replaceAll('\n', ', ')}: ${disabled ? 'disabled' : 'in force'}`, async t => {
    const last = parseSections(`${text}\n`).at(-1)
    t.equal(last && isDisabled(last), disabled)
  })
}
