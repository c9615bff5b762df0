import * as fc from 'fast-check'
import t from 'tap'
import { noFlaps } from '../../src/decision/flap-damping.js'
import {
  incumbents,
  memoryAsData,
  memoryFromData,
  noMemory,
  withAccepted,
  withPools,
  type Memory,
  type RememberedMember,
} from '../../src/decision/member-memory.js'

function remembered(name: string, more: Partial<RememberedMember> = {}): RememberedMember {
  const member = { name, address: '10.0.0.1', tags: { role: 'web' } }
  return { member, pools: ['web'], isAdmitted: true, flapState: noFlaps, ...more }
}

const memoryOf = (...members: RememberedMember[]): Memory => ({
  members: new Map(members.map(each => [each.member.name, each])),
})

t.test('admitted members have the pools that they are in now', async t => {
  const memory = memoryOf(remembered('s1'), remembered('s2'), remembered('s3'))
  const { members } = withPools({ ...memory, heldSince: 5 }, [
    { name: 'web', servers: [{ name: 's1' }, { name: 's2' }] },
    { name: 'api', servers: [{ name: 's2' }, { name: 'not-remembered' }] },
  ])
  t.same(
    [...members].map(([name, { pools }]) => [name, pools]),
    [
      ['s1', ['web']],
      ['s2', ['web', 'api']],
      ['s3', []],
    ],
  )
})

t.test('a member that is not admitted keeps its last pools, and heldSince stays', async t => {
  const gone = remembered('s1', { isAdmitted: false, lostAt: 3 })
  const next = withPools({ ...memoryOf(gone), heldSince: 5 }, [])
  t.equal(next.members.get('s1'), gone)
  t.equal(next.heldSince, 5)
})

t.test('the incumbents are the admitted members', async t => {
  const memory = memoryOf(remembered('s1'), remembered('s2', { isAdmitted: false }))
  t.same([...incumbents(memory)], ['s1'])
  t.equal(incumbents(noMemory).size, 0)
})

t.test('only the named removals are accepted, and unknown names are ignored', async t => {
  const memory = withAccepted(memoryOf(remembered('s1'), remembered('s2')), ['s2', 's9'])
  t.notHas(memory.members.get('s1'), { isAccepted: true })
  t.match(memory.members.get('s2'), { isAccepted: true })
  t.equal(memory.members.size, 2)
})

t.test('saved data has the admitted members, and no time of the monotonic clock', async t => {
  const memory = memoryOf(
    remembered('s1', { doubtedSince: 5, isAccepted: true }),
    remembered('s2', { isAdmitted: false, lostAt: 7 }),
  )
  t.strictSame(memoryAsData({ ...memory, heldSince: 9 }), [
    { name: 's1', address: '10.0.0.1', tags: { role: 'web' }, pools: ['web'] },
  ])
})

t.test('a drain mark is not saved', async t => {
  const draining = remembered('s1')
  const memory = memoryOf({ ...draining, member: { ...draining.member, draining: true } })
  t.match(memoryFromData(memoryAsData(memory))?.members.get('s1')?.member, {
    draining: undefined,
  })
})

t.test('data that is not a saved memory is not restored', async t => {
  const s1 = { name: 's1', address: '10.0.0.1', tags: { role: 'web' }, pools: ['web'] }
  const invalid: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['an object', { s1 }],
    ['a text', 's1'],
    ['a list with null', [null]],
    ['a list of names', ['s1']],
    ['a name that is a number', [{ ...s1, name: 1 }]],
    ['an address that is missing', [{ ...s1, address: undefined }]],
    ['tags that are null', [{ ...s1, tags: null }]],
    ['a tag that is a number', [{ ...s1, tags: { weight: 5 } }]],
    ['pools that are a text', [{ ...s1, pools: 'web' }]],
    ['a pool that is a number', [{ ...s1, pools: [1] }]],
    ['one invalid member of two', [s1, {}]],
  ]
  for (const [name, data] of invalid) t.equal(memoryFromData(data), undefined, name)
  t.equal(memoryFromData([s1])?.members.size, 1)
  t.equal(memoryFromData([])?.members.size, 0)
})

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'evil\n"}', '', 'x'.repeat(2000)),
)
const tags = fc.dictionary(text, text)

const entries = (each: Memory | undefined) => JSON.stringify([...(each?.members ?? [])])

t.test('a memory is the same after it was saved as JSON, whatever the names are', async t => {
  const saved = fc.uniqueArray(fc.tuple(text, text, tags, fc.array(text)), {
    selector: ([name]) => name,
  })
  fc.assert(
    fc.property(saved, list => {
      const memory = memoryOf(
        ...list.map(([name, address, tagsOfMember, pools]) =>
          remembered(name, { member: { name, address, tags: tagsOfMember }, pools }),
        ),
      )
      const restored = memoryFromData(JSON.parse(JSON.stringify(memoryAsData(memory))))
      return entries(restored) === entries(memory)
    }),
  )
  t.pass('any members')
})
