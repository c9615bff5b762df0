import t from 'tap'
import { printableTable } from '../../src/commands/printable-table.js'
import { rememberSecrets } from '../../src/redaction/known-secrets.js'

t.test('control characters of names are escaped, and sentences keep one line', async t => {
  t.equal(
    printableTable([['evil\u001B[2J\nname', 'first\nsecond\u0007']]),
    String.raw`evil\u{1b}[2J\u{a}name  first second\u{7}`,
  )
})

t.test('columns hold with wide characters, marks and bidirectional controls', async t => {
  const rows = printableTable([
    ['日本', 'x'],
    ['e\u0301', 'x'],
    ['a\u202eb', 'x'],
  ]).split('\n')
  t.same(rows, ['日本        x', 'e\u0301           x', 'a\\u{202e}b  x'])
})

t.test('a name is cut at 64 characters, and the last column at 300', async t => {
  const [name = '', text = ''] = printableTable([['n'.repeat(500), 't'.repeat(500)]]).split('  ')
  t.equal(name.length, 64)
  t.equal(text.length, 300)
})

t.test('rows of one column are sentences', async t => {
  t.equal(printableTable([['x'.repeat(100)], ['y']]), `${'x'.repeat(100)}\ny`)
  t.equal(printableTable([]), '')
})

t.test('a cell shows no secret, and keeps the state of its colour', async t => {
  rememberSecrets(['a-secret-key'])
  t.equal(
    printableTable([['x', { text: 'key a-secret-key\u001B[2J', state: 'bad' }]], {
      width: undefined,
      isColoured: true,
    }),
    'x  \u001B[31mkey [redacted]\\u{1b}[2J\u001B[39m',
  )
})
