import { array, assert, constantFrom, property, record, uniqueArray } from 'fast-check'
import t from 'tap'
import { fileChanges, textsBefore, withFileChanges } from '../../src/generations/file-change.js'
import type { DesiredFile } from '../../src/plan/desired-file.js'

const map = (path: string, text: string): DesiredFile => ({ path, text, use: 'map' })

t.test('the same files have no changes', async t => {
  const files = [map('/a', 'x'), map('/b', 'y')]
  t.equal(fileChanges(files, files), undefined)
  t.equal(fileChanges(files, files.toReversed()), undefined)
  t.equal(fileChanges(undefined, []), undefined)
})

t.test('a change of one line has that line only', async t => {
  const lines = Array.from({ length: 500 }, (_, i) => `host${i}.example.org pool_${i}\n`)
  const before = [map('/a', lines.join(''))]
  const after = [map('/a', lines.with(250, 'changed.example.org x\n').join(''))]
  const changes = fileChanges(before, after)
  t.ok(JSON.stringify(changes).length < 200)
  t.strictSame(withFileChanges(before, changes ?? []), after)
})

t.test('all changes go forward and back', async t => {
  const files = uniqueArray(
    record(
      {
        path: constantFrom('/a', '/b', '/c'),
        text: array(constantFrom('a 1\n', 'b 2\n', '\n', 'c')).map(parts => parts.join('')),
        use: constantFrom('map' as const, 'acl' as const, 'reload' as const),
      },
      { noNullPrototype: true },
    ),
    { selector: ({ path }) => path },
  )
  assert(
    property(files, files, (before, after) => {
      const changes = fileChanges(before, after)
      if (!changes) return
      t.strictSame(withFileChanges(before, changes), after)
      const texts = textsBefore(after, changes)
      for (const { path, text } of before) t.equal(texts.get(path), text)
      for (const { path } of after)
        if (!before.some(file => file.path === path)) t.equal(texts.get(path), undefined)
    }),
    { numRuns: 200 },
  )
})

t.test('a change of a file that is not there is refused', async t => {
  const changes = [{ path: '/a', use: 'map' as const, splices: [] }]
  t.throws(() => withFileChanges([], changes), RangeError)
})
