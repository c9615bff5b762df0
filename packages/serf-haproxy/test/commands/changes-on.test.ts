import t from 'tap'
import { changesOn, type Screen } from '../../src/commands/changes-on.js'

function screen(facts: Partial<Screen> = {}) {
  const written: string[] = []
  return { written, write: (text: string) => written.push(text), ...facts }
}

t.test('a pipe gets one block for each text that differs', async t => {
  const pipe = screen()
  const show = changesOn(pipe, 'blocks')
  for (const text of ['a\nb', 'a\nb', 'c']) show(text)
  t.same(pipe.written, ['a\nb\n\n', 'c\n\n'])
})

t.test('a terminal shows each text in the place of the one before', async t => {
  const terminal = screen({ isTTY: true, rows: 3 })
  const show = changesOn(terminal, 'blocks')
  show('a')
  show('b\nc\nd')
  t.same(terminal.written, [
    '\u001B[2J\u001B[Ha\u001B[K\n\u001B[J',
    '\u001B[Hb\u001B[K\nc\u001B[K\n\u001B[J',
  ])
})

t.test('lines follow each other, on a terminal too', async t => {
  const terminal = screen({ isTTY: true, rows: 3 })
  const show = changesOn(terminal, 'lines')
  for (const text of ['{}', '{}', '[]']) show(text)
  t.same(terminal.written, ['{}\n', '[]\n'])
})
