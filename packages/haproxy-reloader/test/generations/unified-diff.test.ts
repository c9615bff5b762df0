import * as fc from 'fast-check'
import t from 'tap'
import { unifiedDiff } from '../../src/generations/unified-diff.js'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'server s1', ''), { maxLength: 30 })
const text = fc
  .tuple(lines, fc.boolean())
  .map(([all, isEnded]) => all.join('\n') + (isEnded && all.length > 0 ? '\n' : ''))

t.test('a difference leads from one text to the other, and back', async t => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(before, after, ['a', 'b'])
      if (patched(before, diff) !== after) return false
      return patched(after, reversed(diff)) === before
    }),
    { numRuns: 2000 },
  )
  const [before, after] = [numbered(0), numbered(5000)]
  t.equal(patched(before, unifiedDiff(before, after, ['a', 'b'])), after, 'all of it differs')
  t.equal(unifiedDiff('a', 'a', ['a', 'b']), '')
  t.equal(
    unifiedDiff('a\n', 'a', ['x', 'y']),
    '--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n',
  )
})

function numbered(from: number): string {
  return Array.from({ length: 900 }, (_, i) => `${from + i}\n`).join('')
}

/** Applies a difference as `patch` does; throws if it does not fit. */
function patched(before: string, diff: string): string {
  const rows = diff.split('\n').slice(2, -1)
  const old = before.split(/(?<=\n)/).filter(line => line !== '')
  const result: string[] = []
  let at = 0
  for (const [i, row] of rows.entries()) {
    const head = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(row)
    if (head) {
      const start = Number(head[1]) - (Number(head[2]) > 0 ? 1 : 0)
      while (at < start) result.push(old[at++] ?? '')
    } else if (!row.startsWith('\\')) {
      const line = row.slice(1) + (rows[i + 1]?.startsWith('\\') ? '' : '\n')
      if (row[0] !== '+' && old[at++] !== line) throw new Error(`${row} does not fit line ${at}`)
      if (row[0] !== '-') result.push(line)
    }
  }
  return [...result, ...old.slice(at)].join('')
}

function reversed(diff: string): string {
  const swap: Record<string, string> = { '+': '-', '-': '+' }
  return diff
    .split('\n')
    .map((row, i) => {
      if (i < 2) return row
      const head = /^@@ -(\S+) \+(\S+) @@$/.exec(row)
      if (head) return `@@ -${head[2]} +${head[1]} @@`
      return (swap[row[0] ?? ''] ?? row[0] ?? '') + row.slice(1)
    })
    .join('\n')
}
