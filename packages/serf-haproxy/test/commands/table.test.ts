import t from 'tap'
import { moment, table } from '../../src/commands/table.js'

t.test('columns are as wide as their widest cell, and lines have no trailing spaces', async t => {
  t.equal(
    table([
      ['name', 'state', 'reason'],
      ['a-long-name', 'up', ''],
      ['b', 'down', 'it failed'],
    ]),
    ['name         state  reason', 'a-long-name  up', 'b            down   it failed'].join('\n'),
  )
})

t.test('control characters of names are escaped, and sentences keep one line', async t => {
  t.equal(
    table([['evil\u001B[2J\nname', 'first\nsecond\u0007']]),
    String.raw`evil\u{1b}[2J\u{a}name  first second\u{7}`,
  )
})

t.test('columns hold with wide characters, marks and bidirectional controls', async t => {
  const rows = table([
    ['日本', 'x'],
    ['e\u0301', 'x'],
    ['a\u202eb', 'x'],
  ]).split('\n')
  t.same(rows, ['日本        x', 'e\u0301           x', 'a\\u{202e}b  x'])
})

t.test('a name is cut at 64 characters, and the last column at 300', async t => {
  const [name = '', text = ''] = table([['n'.repeat(500), 't'.repeat(500)]]).split('  ')
  t.equal(name.length, 64)
  t.equal(text.length, 300)
})

t.test('rows of one column are sentences', async t => {
  t.equal(table([['x'.repeat(100)], ['y']]), `${'x'.repeat(100)}\ny`)
  t.equal(table([]), '')
})

t.test('a time is printed in UTC with milliseconds', async t => {
  t.equal(moment(1_700_000_000_250), '2023-11-14 22:13:20.250Z')
})
