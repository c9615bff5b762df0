import { array, assert, constantFrom, nat, option, property, record, tuple } from 'fast-check'
import t from 'tap'
import { VersionedMap } from '../src/versioned-map.js'

t.test('a new version has the changes, and the old version stays', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  const second = first.with([
    ['a', 2],
    ['b', 3],
  ])
  const third = second.with([['a', undefined]])
  t.same([...first], [['a', 1]])
  t.same(
    [...second],
    [
      ['b', 3],
      ['a', 2],
    ],
  )
  t.same([...third], [['b', 3]])
  t.same([first.size, second.size, third.size], [1, 2, 1])
  t.equal(first.get('b'), undefined)
  t.equal(second.has('a'), true)
  t.equal(third.has('a'), false)
})

t.test('without a difference it is the same version', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  t.equal(first.with([['a', 1]]), first)
  t.equal(first.with([['b', undefined]]), first)
  t.equal(VersionedMap.of(first), first)
})

t.test('a change of an old version leaves the newer versions as they are', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  const second = first.with([['a', 2]])
  const other = first.with([['b', 1]])
  t.same(
    [...other],
    [
      ['a', 1],
      ['b', 1],
    ],
  )
  t.same([...second], [['a', 2]])
})

t.test('an empty version does not keep the versions that begin with it', async t => {
  const empty = VersionedMap.of<string, number>([])
  const first = empty.with([['a', 1]])
  t.equal(empty.touchedUntil(first), undefined)
  t.equal(empty.with([['b', 2]]).get('b'), 2)
  t.equal(empty.with([['a', undefined]]), empty)
})

t.test('null is a value', async t => {
  const first = VersionedMap.of<string, number | null>([['a', null]])
  const second = first.with([['a', 1]])
  t.equal(first.get('a'), null)
  t.equal(first.has('a'), true)
  t.equal(second.get('a'), 1)
})

t.test('a version that gets a newer one while it is iterated ends the iteration', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  const changed = () => {
    for (const [key] of first) first.with([[key, 2]])
  }
  t.throws(changed, { message: 'A version was changed while it was iterated' })
})

const sorted = (entries: Iterable<[string, number]>) =>
  [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))

const key = constantFrom('a', 'b', 'c', 'd', 'e')
const change = tuple(key, option(nat(3), { nil: undefined }))
const history = array(record({ from: nat(), changes: array(change, { maxLength: 4 }) }), {
  maxLength: 30,
})

t.test('every version is as a copied Map would be, also after forks', async t => {
  assert(
    property(history, steps => {
      const first = {
        versioned: VersionedMap.of<string, number>([]),
        map: new Map<string, number>(),
      }
      const versions = [first]
      for (const { from, changes } of steps) {
        // Mostly the newest version is changed.
        const at = from % 4 === 0 ? from % versions.length : versions.length - 1
        const { versioned, map } = versions[at] ?? first
        const copy = new Map(map)
        for (const [name, value] of changes) {
          if (value === undefined) copy.delete(name)
          else copy.set(name, value)
        }
        versions.push({ versioned: versioned.with(changes), map: copy })
      }
      for (const { versioned, map } of versions) {
        t.strictSame(sorted(versioned), sorted(map))
        t.equal(versioned.size, map.size)
        for (const name of ['a', 'b', 'c', 'd', 'e']) t.equal(versioned.get(name), map.get(name))
      }
    }),
  )
})

t.test('a version that is kept for long does not keep all later changes', async t => {
  const first = VersionedMap.of(new Map([['a', 0]]))
  let newest = first
  for (let i = 1; i <= 5000; i++) newest = newest.with([['a', i]])
  t.equal(first.touchedUntil(newest), undefined, 'the newest has a Map of its own')
  t.equal(first.get('a'), 0)
  t.equal(newest.get('a'), 5000)
})
