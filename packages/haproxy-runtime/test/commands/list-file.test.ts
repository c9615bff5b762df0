import t from 'tap'
import { listEntries } from '../../src/commands/list-file.js'

t.test('the file of a map has a key and a value in each line', async t => {
  const text = [
    '# a comment',
    '',
    'a.example one',
    '  b.example \t two words \t ',
    ' #c d',
    'no-value',
    'twice 1',
    'twice 2',
    'windows line\r',
    'cut here\rand not here',
    'zero x\0y',
    ' \t ',
    '\r',
    'quotes "a;b" \\ <<',
    'last line',
  ].join('\n')
  t.strictSame(
    listEntries('map', text).map(({ key, value }) => [key, value]),
    [
      ['a.example', 'one'],
      ['b.example', 'two words'],
      ['#c', 'd'],
      ['no-value', ''],
      ['twice', '1'],
      ['twice', '2'],
      ['windows', 'line'],
      ['cut', 'here'],
      ['zero', 'x'],
      ['quotes', '"a;b" \\ <<'],
      ['last', 'line'],
    ],
  )
})

t.test('the file of an ACL has a pattern in each line, with its spaces', async t => {
  const text = '# a comment\n10.0.0.0/8\n\n  two words  \n #x\r\n \t\nlast'
  t.strictSame(
    listEntries('acl', text).map(({ key }) => key),
    ['10.0.0.0/8', 'two words  ', '#x', 'last'],
  )
})
