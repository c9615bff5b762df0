import { array, assert, constantFrom, nat, option, property, record, tuple } from 'fast-check'
import t from 'tap'
import { changedKeys } from '../src/changed-keys.js'
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
  const back = [
    ['a', 2],
    ['a', 1],
  ] as const
  t.equal(first.with(back), first, 'the last value of a key counts')
  const second = first.with([['a', 2]])
  t.equal(first.with([['a', 1]]), first, 'also if it is not the newest')
  t.equal(second.get('a'), 2)
})

function* unreadable() {
  yield ['a', 2] as const
  throw new Error('no more')
}

t.test('changes that cannot be read change nothing', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  t.throws(() => first.with(unreadable()), { message: 'no more' })
  t.strictSame([...first], [['a', 1]])
})

t.test('changes can be read from the version that they change', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  const renamed = function* () {
    for (const [key, value] of first) yield [`${key}${key}`, value] as const
  }
  const second = first.with(renamed())
  t.strictSame(
    [...second],
    [
      ['a', 1],
      ['aa', 1],
    ],
  )
})

t.test('changes that make the next version themselves leave it as it is', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  let second = first
  const changes = function* () {
    second = first.with([['a', 2]])
    yield ['b', 3] as const
  }
  const other = first.with(changes())
  t.strictSame(
    [...other],
    [
      ['a', 1],
      ['b', 3],
    ],
  )
  t.strictSame([...second], [['a', 2]])
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

t.test('a change of the newest version ends the iteration of an older one', async t => {
  const first = VersionedMap.of(new Map([['a', 1]]))
  let newest = first.with([['b', 2]]).with([['a', undefined]])
  for (const end of [3, undefined]) {
    const iterated = first.entries()
    t.strictSame(iterated.next().value, ['a', 1])
    newest = newest.with([['c', end]])
    t.throws(() => iterated.next(), { message: 'A version was changed while it was iterated' })
  }
})

t.test('all keys of an old version are read in the time of the changes since then', async t => {
  const lookups = t.capture(Map.prototype, 'get', Map.prototype.get)
  const ofVersions = (count: number) => {
    const first = VersionedMap.of(
      Array.from({ length: count }, (_, i) => [i, 0] as [number, number]),
    )
    let newest = first
    for (let i = 0; i < count; i++) newest = newest.with([[i, 1]])
    lookups()
    const changed = changedKeys(first, newest)
    return { changed: changed.size, lookups: lookups().length }
  }
  const [few, many] = [ofVersions(10), ofVersions(200)]
  t.strictSame([few.changed, many.changed], [10, 200])
  t.equal(many.lookups, 20 * few.lookups)
})

const sorted = (entries: Iterable<[string, number | null]>) =>
  [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))

const key = constantFrom('a', 'b', 'c', 'd', 'e')
const change = tuple(key, option(option(nat(3), { nil: undefined })))
const history = array(record({ from: nat(), changes: array(change, { maxLength: 8 }) }), {
  maxLength: 30,
})

const isSame = (a: ReadonlyMap<string, number | null>, b: ReadonlyMap<string, number | null>) =>
  changedKeys(a, b).size === 0

t.test('every version is as a copied Map would be, also after forks', async t => {
  assert(
    property(history, steps => {
      const first = {
        versioned: VersionedMap.of<string, number | null>([]),
        map: new Map<string, number | null>(),
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
        const next = versioned.with(changes)
        t.equal(next === versioned, isSame(map, copy), 'only a difference makes a version')
        versions.push({ versioned: next, map: copy })
        // Some versions are read meanwhile, and again at the end.
        const read = versions[from % versions.length] ?? first
        t.equal(read.versioned.get('a'), read.map.get('a'))
      }
      for (const { versioned, map } of versions) {
        t.strictSame(sorted(versioned), sorted(map))
        t.equal(versioned.size, map.size)
        for (const name of ['a', 'b', 'c', 'd', 'e']) t.equal(versioned.get(name), map.get(name))
        for (const other of versions) {
          const changed = changedKeys(versioned, other.versioned)
          t.strictSame(new Set(changed), changedKeys(map, other.map))
        }
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
