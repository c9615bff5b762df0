import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { splicesBetween, type Splice } from '../src/sequence-splices.js'

function spliced<T>(before: readonly T[], splices: readonly Splice<T>[]): readonly T[] {
  const after = [...before]
  for (const { at, removed, added } of splices.toReversed())
    after.splice(at, removed.length, ...added)
  return after
}

t.test(
  'the places lead from one sequence to the other, and have the removed elements',
  async () => {
    const sequence = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 14 })
    fc.assert(
      fc.property(sequence, sequence, (before, after) => {
        const splices = splicesBetween(before, after)
        assert.deepStrictEqual(spliced(before, splices), after)
        for (const { at, removed } of splices)
          assert.deepStrictEqual(before.slice(at, at + removed.length), removed)
      }),
    )
  },
)

t.test('changes that are far apart are places of their own', async t => {
  const before = Array.from({ length: 1000 }, (_, i) => i)
  const after = [-1, ...before.filter(each => each !== 500), 1000]
  t.strictSame(splicesBetween(before, after), [
    { at: 0, removed: [], added: [-1] },
    { at: 500, removed: [500], added: [] },
    { at: 1000, removed: [], added: [1000] },
  ])
  t.strictSame(splicesBetween(before, before), [])
})

t.test('elements in another order are one place', async t => {
  t.strictSame(splicesBetween([1, 2, 3, 4], [1, 3, 2, 4]), [
    { at: 1, removed: [2, 3], added: [3, 2] },
  ])
})
