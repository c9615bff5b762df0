import * as fc from 'fast-check'
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { noFlaps } from '../../src/decision/flap-damping.js'
import {
  incumbents,
  memoryAsData,
  memoryFromData,
  noMemory,
  withAccepted,
  type Memory,
  type RememberedMember,
} from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { printedPools } from '../../src/rendering/printed-servers.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'
import { factsOf } from './decision-scene.js'

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

t.test('the incumbents are the admitted members that a pool has', async t => {
  const memory = memoryOf(
    remembered('s1'),
    remembered('s2', { isAdmitted: false }),
    remembered('s3', { pools: [] }),
  )
  const serving = incumbents(memory)
  t.same(
    ['s1', 's2', 's3', 's4'].map(name => serving.get(name)),
    [['web'], undefined, undefined, undefined],
  )
})

const pool = { name: 'web', port: 80, tags: { role: 'web' } }

/** Pools with one or three places, and the address and the tags of each member that wants one. */
const contests: readonly [string, object, (i: number) => object][] = [
  [
    'a full pool',
    { pools: [{ ...pool, maxServers: 3 }] },
    i => ({ address: `10.0.0.${i}`, tags: { role: 'web' } }),
  ],
  [
    'equal addresses',
    { pools: [pool] },
    i => ({ address: `10.0.0.${i % 3}`, tags: { role: 'web' } }),
  ],
  [
    'equal routes',
    {
      pools: [
        {
          ...pool,
          perTag: 'app',
          route: { frontend: 'main', hostTag: 'host', hosts: ['*.test'] },
        },
      ],
      frontends: [{ name: 'main', bind: '127.0.0.1:8080' }],
    },
    i => ({ address: `10.0.0.${i}`, tags: { role: 'web', app: `app${i}`, host: `${i % 3}.test` } }),
  ],
]

for (const [name, options, place] of contests)
  t.test(`a member that was left out displaces none that serves: ${name}`, async t => {
    const renderer = await openRenderer(smallestConfiguration(options))
    let memory = noMemory
    const serversWith = (names: readonly string[]) => {
      const { membership, ...facts } = factsOf({
        serf: Object.fromEntries(names.map(each => [each, 'alive'])),
      })
      const placed = [...membership.members].map(
        ([each, member], i) =>
          [each, each === 'unrelated' ? member : { ...member, ...place(i) }] as const,
      )
      const members = new Map(placed)
      const decision = decide(
        memory,
        { ...facts, membership: { ...membership, members } },
        renderer.rules,
        0,
      )
      const rendering = renderer.render(decision.admitted, incumbents(memory))
      const printed = printedPools(rendering)
      memory = withPools(decision.memory, printed)
      return printed.flatMap(({ servers }) => servers.map(server => server.name)).toSorted()
    }
    const first = ['w1', 'w2', 'w3']
    t.same(serversWith(first), first)
    const both = [...first, 'a1', 'a2', 'a3']
    t.same(serversWith(both), first, 'the newcomers are left out')
    t.same(serversWith([...both, 'unrelated']), first, 'and stay so')
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
