import { splitWords } from 'haproxy-config-text'
import t from 'tap'
import {
  anyText,
  escapedWord,
  numberFrom,
  oneOf,
  timeFrom,
  timeMs,
} from '../../src/model/word-values.js'

t.test('a number is whole and in its range', async t => {
  const kind = numberFrom(-1, 100)
  for (const text of ['-1', '0', '100', '007']) t.ok(kind.isValue(text), text)
  for (const text of ['-2', '101', '1.5', '1e1', '0x1', '', ' 1', '1\n', '+1', '٣'])
    t.notOk(kind.isValue(text), text)
  t.equal(kind.wanted, 'a number from -1 to 100')
})

t.test('a time has a unit that HAProxy knows, and fits', async t => {
  const kind = timeFrom(1000, 3_600_000)
  for (const text of ['1s', '1000', '1000ms', '60m', '1h']) t.ok(kind.isValue(text), text)
  for (const text of ['999', '61m', '1d', '-1s', '1.5s', '1 s', '1S', '', '1s\n'])
    t.notOk(kind.isValue(text), text)
  t.match(kind.wanted, /from 1000ms to 3600000ms/)
  t.notOk(timeFrom(1).isValue('25d'), 'HAProxy’s timers have 31 bits')
  t.same(['1us', '2', '3s', '4m', '1h', '1d', 'x', undefined].map(timeMs), [
    1,
    2,
    3000,
    240_000,
    3_600_000,
    86_400_000,
    Infinity,
    Infinity,
  ])
})

t.test('one of some words', async t => {
  t.ok(oneOf('h1', 'h2').isValue('h2'))
  t.notOk(oneOf('h1', 'h2').isValue('h1 '))
  t.equal(oneOf('h1', 'h2').wanted, 'h1 or h2')
})

t.test('a text is one word without a variable', async t => {
  for (const text of [
    'str(a b)',
    '/etc/ssl/ca.pem',
    'ALL:!aNULL',
    `"'#\\`,
    '@system-ca',
    '~',
    'a;b',
  ])
    t.ok(anyText.isValue(text), text)
  for (const text of ['', ' a', 'a ', 'a\nb', '$A', '${A}', 'ü', '\u00a0', 'a\tb', '\0'])
    t.notOk(anyText.isValue(text), JSON.stringify(text))
  t.notOk(anyText.isValue('x'.repeat(256)))
})

t.test('an escaped word is one word to HAProxy', async t => {
  for (const text of ['str(a b)', `"'#\\`, String.raw`\n`, 'plain', '# x', '  '])
    t.strictSame(splitWords(`sni ${escapedWord(text)} check`), ['sni', text, 'check'])
})
