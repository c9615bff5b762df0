import type { Member } from 'node-serf-client'
import t from 'tap'
import { diffMembership, isUnchanged, type MembershipChange } from '../src/index.js'

type Snapshot = Parameters<typeof diffMembership>[0]

function member(name: string, facts: Partial<Member> = {}): Member {
  return { name, address: '10.0.0.1', port: 7946, status: 'alive', tags: {}, ...facts }
}

function snapshot(...members: readonly Member[]): Snapshot {
  return { members: new Map(members.map(member => [member.name, member])) }
}

/** Names of the lists with members in them, once for each member. */
function kinds(change: MembershipChange): string[] {
  return Object.entries(change).flatMap(([kind, members]: [string, readonly Member[]]) =>
    members.map(() => kind),
  )
}

type Presence = Member['status'] | 'absent'

function inStatus(status: Presence): Snapshot {
  return status === 'absent' ? snapshot() : snapshot(member('s1', { status }))
}

const cases: readonly (readonly [before: Presence, after: Presence, kind?: string])[] = [
  ['absent', 'alive', 'joined'],
  ['left', 'alive', 'joined'],
  ['failed', 'alive', 'joined'],
  ['none', 'alive', 'joined'],
  ['alive', 'alive'],
  ['alive', 'leaving', 'leaving'],
  ['absent', 'leaving', 'leaving'],
  ['leaving', 'leaving'],
  ['alive', 'failed', 'failed'],
  ['leaving', 'failed', 'failed'],
  ['absent', 'failed', 'failed'],
  ['failed', 'failed'],
  ['alive', 'left', 'left'],
  ['leaving', 'left', 'left'],
  ['failed', 'left', 'left'],
  ['alive', 'absent', 'left'],
  ['failed', 'absent', 'left'],
  ['left', 'absent'],
  ['left', 'left'],
  ['absent', 'left'],
  ['absent', 'none'],
]

t.test('a member is in exactly one list, by its status before and after', async t => {
  for (const [before, after, kind] of cases) {
    const change = diffMembership(inStatus(before), inStatus(after))
    t.same(kinds(change), kind === undefined ? [] : [kind], `${before} -> ${after}`)
    t.equal(isUnchanged(change), kind === undefined)
  }
})

t.test('another address, port or tag is an update', async t => {
  const before = member('s1', { tags: { role: 'web', zone: 'a' } })
  const others: readonly Partial<Member>[] = [
    { address: '10.0.0.2' },
    { port: 7947 },
    { tags: { role: 'web', zone: 'b' } },
    { tags: { role: 'web' } },
    { tags: { role: 'web', zone: 'a', weight: '1' } },
    { tags: { role: 'web', constructor: 'a' } },
  ]
  for (const facts of others) {
    const after = { ...before, ...facts }
    const change = diffMembership(snapshot(before), snapshot(after))
    t.same(kinds(change), ['updated'], JSON.stringify(facts))
    t.same(change.updated, [after], 'the list has the new facts')
  }
})

t.test('a failed member that returns with other tags is in joined only', async t => {
  const before = member('s1', { status: 'failed', tags: { role: 'web' } })
  const change = diffMembership(snapshot(before), snapshot(member('s1', { tags: { role: 'api' } })))
  t.same(kinds(change), ['joined'])
})

t.test('a member that is no longer known is listed with its last known facts', async t => {
  const change = diffMembership(snapshot(member('s1', { port: 1 })), snapshot())
  t.match(change.left, [{ name: 's1', port: 1, status: 'alive' }])
})

t.test('the same members and tags in another order are no change', async t => {
  const before = [member('s1', { tags: { a: '1', b: '2' } }), member('s2')]
  const after = [member('s2'), member('s1', { tags: { b: '2', a: '1' } })]
  t.ok(isUnchanged(diffMembership(snapshot(...before), snapshot(...after))))
})

t.test('a member that flaps back changes nothing', async t => {
  const before = snapshot(member('s1'))
  const between = snapshot(member('s1', { status: 'failed' }))
  t.same(kinds(diffMembership(before, between)), ['failed'])
  t.ok(isUnchanged(diffMembership(before, snapshot(member('s1')))))
})

t.test('several changes are reported together', async t => {
  const before = snapshot(member('s1'), member('s2'), member('s3'), member('same'))
  const after = snapshot(
    member('s1', { status: 'failed' }),
    member('s3', { port: 1 }),
    member('s4'),
    member('same'),
  )
  const change = diffMembership(before, after)
  const names = Object.fromEntries(
    Object.entries(change).map(([kind, members]: [string, readonly Member[]]) => [
      kind,
      members.map(member => member.name),
    ]),
  )
  t.match(names, { joined: ['s4'], leaving: [], left: ['s2'], failed: ['s1'], updated: ['s3'] })
  t.match(names, { suspected: [], refuted: [], conflicting: [], reconciled: [] })
})

t.test('suspicions and conflicts are reported in addition', async t => {
  const members = new Map([
    ['s1', member('s1')],
    ['s2', member('s2')],
  ])
  const address = { mine: '10.0.0.1:1', theirs: '10.0.0.2:2' }
  const before = { members }
  const doubted = {
    members,
    suspects: new Set(['s1', 'gone']),
    conflicts: new Map([['s2', address]]),
  }
  t.match(diffMembership(before, doubted), {
    suspected: [{ name: 's1' }],
    conflicting: [{ name: 's2' }],
    updated: [],
  })
  t.match(diffMembership(doubted, before), {
    refuted: [{ name: 's1' }],
    reconciled: [{ name: 's2' }],
    suspected: [],
  })
  t.ok(isUnchanged(diffMembership(doubted, doubted)))
  const dead = new Map([['s1', member('s1', { status: 'failed' })]])
  t.match(diffMembership(doubted, { members: dead }), { failed: [{ name: 's1' }], refuted: [] })
})
