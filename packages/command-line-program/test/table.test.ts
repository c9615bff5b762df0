import t from 'tap'
import { table } from '../src/table.js'

t.test('columns are as wide as their widest cell, and lines have no trailing spaces', async t => {
  t.equal(
    table([
      ['name', 'state', 'reason'],
      ['a-long-name', 'up', ''],
      ['b', 'down', 'it failed'],
    ]),
    ['name         state  reason', 'a-long-name  up', 'b            down   it failed'].join('\n'),
  )
  t.equal(table([]), '')
})

t.test('columns hold with wide characters', async t => {
  const rows = table([
    ['日本', 'x'],
    ['abcde', 'x'],
  ]).split('\n')
  t.same(rows, ['日本   x', 'abcde  x'])
})

t.test('the last column is wrapped below itself in the width of the terminal', async t => {
  const rows = [
    ['name', 'reason'],
    ['s1', 'the check of HAProxy failed three times'],
  ]
  t.equal(
    table(rows, { width: 32, isColoured: false }),
    ['name  reason', 's1    the check of HAProxy', '      failed three times'].join('\n'),
  )
})

t.test('other columns are shortened where the last one has no room', async t => {
  const rows = [['a-name-that-is-much-too-long', 'the reason has its own room']]
  const lines = table(rows, { width: 40, isColoured: false }).split('\n')
  t.same(lines, ['a-name-that-i…  the reason has its own', '                room'])
})

t.test('a state colours its cell, and the columns stay aligned', async t => {
  const rows = [
    [{ text: 'up', state: 'good' }, 'x'],
    [
      { text: 'unknown', state: undefined },
      { text: 'y', state: 'bad' },
    ],
  ] as const
  t.equal(
    table(rows, { width: undefined, isColoured: true }),
    '\u001B[32mup\u001B[39m       x\nunknown  \u001B[31my\u001B[39m',
  )
  t.equal(table(rows), 'up       x\nunknown  y')
})
