import { assert, constantFrom, dictionary, nat, property } from 'fast-check'
import t from 'tap'
import { changedKeys } from '../src/changed-keys.js'
import { VersionedMap } from '../src/versioned-map.js'

const compare = (a: string, b: string) => (a < b ? -1 : 1)

t.test('the keys that differ are found in both directions', async t => {
  const first = VersionedMap.of(
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
  )
  const second = first.with([
    ['b', 2],
    ['c', 3],
  ])
  const third = second.with([['a', undefined]])
  t.same([...changedKeys(first, third)].toSorted(compare), ['a', 'b', 'c'])
  t.same([...changedKeys(third, first)].toSorted(compare), ['a', 'b', 'c'])
  t.same([...changedKeys(second, third)], ['a'])
  t.same([...changedKeys(third, third)], [])
})

t.test('a key that has its value again is not changed', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  t.same([...changedKeys(first, first.with([['a', 2]]).with([['a', 1]]))], [])
})

t.test('of versions with one origin only the touched keys are compared', async t => {
  const first = VersionedMap.of(Array.from({ length: 1000 }, (_, i) => [i, i] as const))
  const second = first.with([[7, 8]])
  t.same(first.touchedUntil(second), new Set([7]))
})

const map = dictionary(constantFrom('a', 'b', 'c'), nat(2))

t.test('all kinds of maps give the keys that differ', async t => {
  assert(
    property(map, map, (one, other) => {
      const [before, after] = [new Map(Object.entries(one)), new Map(Object.entries(other))]
      const expected = ['a', 'b', 'c'].filter(key => before.get(key) !== after.get(key))
      const versioned = VersionedMap.of(before)
      const gone = [...before.keys()].filter(key => !after.has(key))
      const next = versioned.with([...after, ...gone.map(key => [key, undefined] as const)])
      t.same([...changedKeys(before, after)].toSorted(compare), expected)
      t.same([...changedKeys(versioned, next)].toSorted(compare), expected)
      t.same([...changedKeys(versioned, after)].toSorted(compare), expected)
    }),
  )
})
