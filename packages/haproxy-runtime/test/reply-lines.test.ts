import t from 'tap'
import { columnsOf, linesIn, linesOf } from '../src/reply-lines.js'

t.test('a reply has a limited number of lines', async t => {
  t.strictSame(linesOf('show x', '1\n# a b\nr1\nr2\n', 2), ['1', '# a b', 'r1', 'r2', ''])
  t.throws(() => linesOf('show x', '\n'.repeat(6), 2), {
    name: 'HaproxyError',
    code: 'reply-too-large',
    message: /reply to show x has too many lines: expected at most 2, got more; ask for less/,
  })
  t.throws(() => linesOf('show x', '\n'.repeat(2 ** 25)), { code: 'reply-too-large' })
})

t.test('lines are found in place, as many as a reply is split into', async t => {
  for (const reply of ['', '\n', 'a', 'a\nbc', 'a\n\nbc\n']) {
    const lines = [...linesIn('show x', reply)].map(({ start, end }) => reply.slice(start, end))
    t.strictSame(lines, linesOf('show x', reply))
  }
  t.throws(() => [...linesIn('show x', '\n'.repeat(6), 2)], { code: 'reply-too-large' })
  t.equal([...linesIn('show x', '\n'.repeat(4), 2)].length, 5)
})

t.test('a header gives the index of each column, and has a limited length', async t => {
  t.strictSame(
    [...columnsOf('show x', '# a b', ' ')],
    [
      ['a', 0],
      ['b', 1],
    ],
  )
  t.throws(() => columnsOf('show x', ','.repeat(2 ** 25), ','), {
    code: 'protocol',
    message: /Cannot parse the reply to show x: expected a header of at most 16384 characters/,
  })
})
