import t from 'tap'
import { shownValue } from '../src/shown-value.js'

t.test('a value is shown on one line of at most 100 characters', async t => {
  const values = [
    'a\nb',
    'x'.repeat(10_000_000),
    '\n'.repeat(1000),
    { a: 'x'.repeat(1000), b: [1] },
  ]
  for (const value of [...values, Array.from({ length: 1000 }, () => 'x')]) {
    const shown = shownValue(value)
    t.ok(shown.length <= 100, `${shown.length}`)
    t.notMatch(shown, '\n')
  }
})

t.test('texts are quoted, other values are not, and no value is called nothing', async t => {
  t.equal(shownValue('a "b"'), String.raw`"a \"b\""`)
  t.equal(shownValue(1.5), '1.5')
  t.equal(shownValue(null), 'null')
  t.equal(shownValue(undefined), 'nothing')
  t.equal(shownValue(['a', 3]), `[ 'a', 3 ]`)
})
