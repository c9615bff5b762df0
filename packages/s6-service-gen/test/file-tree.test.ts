import t from 'tap'
import { below, marker, value } from '../src/file-tree.js'

t.test('a value is a line of a file that all may read', async t => {
  t.same(value(3), { content: '3\n', mode: 0o644 })
  t.same(value('SIGTERM'), { content: 'SIGTERM\n', mode: 0o644 })
})

t.test('files are put below a folder, in their order', async t => {
  t.same(
    below('web', [
      ['run', marker],
      ['data/run', value('x')],
    ]),
    [
      ['web/run', marker],
      ['web/data/run', value('x')],
    ],
  )
})
