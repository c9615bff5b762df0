import * as fc from 'fast-check'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { mergeAll, mergeNamed, type Members } from '../../src/reads/merge-members.js'
import { member } from '../fake-serf-agent.js'

const facts = fc.record({
  status: fc.constantFrom('alive', 'leaving', 'left', 'failed'),
  port: fc.constantFrom(1, 2),
  tags: fc.dictionary(fc.constantFrom('role', 'port'), fc.constantFrom('a', 'b')),
})
const someMembers = fc
  .dictionary(fc.constantFrom('s1', 's2', 's3', 's4', 's5'), facts)
  .map(record => Object.entries(record).map(([name, each]) => member(name, each)))

const none: Members = VersionedMap.of<string, never>([])
const plain = (members: Members) =>
  [...members.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))

t.test(
  'a whole read has the members of the reply, and keeps the objects of the same facts',
  async t => {
    fc.assert(
      fc.property(someMembers, someMembers, (before, after) => {
        const known = mergeAll(none, before)
        const members = mergeAll(known, structuredClone(after))
        t.same(plain(members), plain(mergeAll(none, after)))
        t.same(plain(known), plain(mergeAll(none, before)), 'the version before stays as it was')
        for (const each of before) {
          const isSame =
            JSON.stringify(each) === JSON.stringify(after.find(({ name }) => name === each.name))
          if (isSame) t.equal(members.get(each.name), each)
        }
      }),
      { numRuns: 50 },
    )
  },
)

t.test('an unchanged whole read is the same version', async t => {
  const known = mergeAll(none, [member('s1'), member('s2')])
  t.equal(mergeAll(known, [member('s2'), member('s1')]), known)
})

t.test('reads by name of all that differs are one whole read', async t => {
  fc.assert(
    fc.property(
      someMembers,
      someMembers,
      fc.array(fc.constantFrom('s1', 's2', 's6')),
      (before, after, more) => {
        const known = mergeAll(none, before)
        const names = [...new Set([...before, ...after].map(({ name }) => name)), ...more]
        let members = known
        for (const name of names) {
          const list = after.filter(each => each.name === name)
          members = mergeNamed(members, new Map([[name, true]]), list).members
        }
        t.same(plain(members), plain(mergeAll(known, after)))
      },
    ),
    { numRuns: 50 },
  )
})

t.test('a missing member is doubtful, unless it may be gone', async t => {
  const known = mergeAll(none, [member('s1'), member('s2')])
  t.same(mergeNamed(known, new Map([['s1', false]]), []), { members: known, isDoubtful: true })
  const there = mergeNamed(known, new Map([['s1', true]]), [member('s1')])
  t.equal(there.members, known, 'a member that is still there stays')
  const gone = mergeNamed(known, new Map([['s1', true]]), [])
  t.equal(gone.isDoubtful, false)
  t.same([...gone.members.keys()], ['s2'])
})

t.test('a read by name does not visit the other members', async t => {
  const known = mergeAll(
    none,
    Array.from({ length: 1000 }, (_, i) => member(`s${i}`)),
  )
  t.intercept(VersionedMap.prototype, 'entries', {
    value: () => {
      throw new Error('all entries are visited')
    },
  })
  const { members } = mergeNamed(known, new Map([['s7', false]]), [member('s7', { port: 1 })])
  t.same([...(known.touchedUntil(members) ?? [])], ['s7'])
})
