import t from 'tap'
import { stateDiff } from '../../src/generations/state-diff.js'

const map = (path: string, text: string) => ({ path, text, use: 'map' as const })
const names = ['one', 'two'] as const

t.test('the difference of files follows that of the texts', async t => {
  const before = { text: 'a\n', files: [map('/m', 'k 1\n'), map('/gone', 'x 1\n')] }
  const after = { text: 'b\n', files: [map('/m', 'k 2\n'), map('/new', 'y 1\n')] }
  const diff = stateDiff(before, after, names)
  t.match(diff, /^--- one\n\+\+\+ two\n@@ [^\n]+\n-a\n\+b\n--- one \/m\n\+\+\+ two \/m\n/)
  t.match(diff, /\n-k 1\n\+k 2\n/)
  t.match(diff, /\n--- one \/new\n\+\+\+ two \/new\n[^\n]+\n\+y 1\n/)
  t.match(diff, /\n--- one \/gone\n\+\+\+ two \/gone\n[^\n]+\n-x 1\n/)
})

t.test('equal configurations have no difference', async t => {
  t.equal(stateDiff({ text: 'a\n' }, { text: 'a\n', files: [] }, names), '')
  const same = { text: 'a\n', files: [map('/m', 'k 1\n')] }
  t.equal(stateDiff(same, { ...same, files: [map('/m', 'k 1\n')] }, names), '')
})
