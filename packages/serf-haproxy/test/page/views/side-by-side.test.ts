import { unifiedDiff } from 'haproxy-reloader/files'
import * as fc from 'fast-check'
import t from 'tap'
import { sideBySide } from '../../../src/page/views/side-by-side.js'

const lines = (...text: readonly string[]) => text.map(line => `${line}\n`).join('')

t.test('a replaced line has both sides, and an added line one', async t => {
  const diff = '--- a\n+++ b\n@@ -3,3 +3,4 @@\n same\n-old\n+new\n+more\n end\n'
  t.match(sideBySide(diff), [
    { kind: 'heading', text: '--- a' },
    { kind: 'heading', text: '+++ b' },
    { kind: 'heading', text: '@@ -3,3 +3,4 @@' },
    { kind: 'same', before: { number: 3, text: 'same' }, after: { number: 3, text: 'same' } },
    { kind: 'changed', before: { number: 4, text: 'old' }, after: { number: 4, text: 'new' } },
    { kind: 'changed', before: undefined, after: { number: 5, text: 'more' } },
    { kind: 'same', before: { number: 5 }, after: { number: 6, text: 'end' } },
  ])
})

t.test('a removed line that looks like a heading is a line', async t => {
  const diff = '--- a\n+++ b\n@@ -1 +1 @@\n--- x\n+++ y\n--- c\n+++ d\n'
  t.match(sideBySide(diff)[3], {
    kind: 'changed',
    before: { text: '-- x' },
    after: { text: '++ y' },
  })
  t.match(sideBySide(diff).slice(4), [{ kind: 'heading' }, { kind: 'heading', text: '+++ d' }])
})

t.test('an empty difference has no row', async t => {
  t.same(sideBySide(''), [])
})

t.test('each shown line is the line of that number in its text', async t => {
  const text = fc.array(fc.constantFrom('a', '-- b', '++ c', '', 'd'), { maxLength: 30 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(lines(...before), lines(...after), ['a', 'b'])
      for (const row of sideBySide(diff)) {
        if (row.kind === 'heading') continue
        if (row.before) t.equal(before[row.before.number - 1], row.before.text)
        if (row.after) t.equal(after[row.after.number - 1], row.after.text)
      }
    }),
  )
})
