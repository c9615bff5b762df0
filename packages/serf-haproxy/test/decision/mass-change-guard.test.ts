import * as fc from 'fast-check'
import t from 'tap'
import {
  guardedPools,
  recentLeaveWindowMs,
  type Counted,
} from '../../src/decision/mass-change-guard.js'
import { withAccepted } from '../../src/decision/member-memory.js'
import { admitted, rules, serving, standing, step, type Scene } from './decision-scene.js'

t.test(
  'an isolated load balancer removes and drains no member, however long it is isolated',
  async t => {
    const names = ['s1', 's2', 's3', 's4', 's5']
    let memory = serving(...names)
    const up = Object.fromEntries(names.map(name => [name, 'up' as const]))
    // Serf suspects one after the other, then calls them failed one after the other.
    const words = (lost: number, word: 'alive?' | 'failed') =>
      Object.fromEntries(names.map((name, i) => [name, i < lost ? word : ('alive' as const)]))
    for (const [now, serf] of [
      [1000, words(3, 'alive?')],
      [2000, words(5, 'alive?')],
      [9000, words(5, 'failed')],
      [80_000, words(5, 'failed')],
      [900_000, words(5, 'failed')],
    ] as const) {
      const { decision, memory: next } = step(memory, { serf, haproxy: up }, now)
      t.same(admitted(decision), names, `at ${now}`)
      memory = next
    }
    const { decision } = step(memory, { serf: words(5, 'failed'), haproxy: up }, 900_001)
    t.same(decision.held?.names.toSorted(), names, 'after the grace time the removals are held')
    const healed = step(memory, { serf: words(0, 'failed'), haproxy: up }, 900_500).decision
    t.equal(healed.held, undefined)
    t.same(admitted(healed), names)
  },
)

t.test('too many removals are held, and are applied when they are accepted by hand', async t => {
  const names = ['s1', 's2', 's3']
  const dead: Scene = {
    serf: { s1: 'failed', s2: 'failed', s3: 'alive' },
    haproxy: { s1: 'down', s2: 'down', s3: 'up' },
  }
  const { decision, memory } = step(serving(...names), dead, 1000)
  t.same(decision.held?.names, ['s1', 's2'])
  t.match(decision.held?.reason, /2 of 3 servers are in doubt at once, more than 50 %/)
  t.same(admitted(decision), names)
  const accepted = step(withAccepted(memory, ['s1', 's2']), dead, 1500)
  t.same(admitted(accepted.decision), ['s3'])
  t.equal(accepted.decision.held, undefined)
  const back: Scene = { serf: { s1: 'alive', s2: 'alive', s3: 'alive' }, haproxy: { s3: 'up' } }
  const healed = step(accepted.memory, back, 2000)
  const again = step(healed.memory, dead, 3000)
  t.same(again.decision.held?.names, ['s1', 's2'], 'an acceptance is valid once')
})

/** Four members, of which these are failed in Serf and down in HAProxy. */
const without = (...dead: string[]): Scene => ({
  serf: Object.fromEntries(
    ['s1', 's2', 's3', 's4'].map(name => [name, dead.includes(name) ? 'failed' : 'alive']),
  ),
  haproxy: Object.fromEntries(
    ['s1', 's2', 's3', 's4'].map(name => [name, dead.includes(name) ? 'down' : 'up']),
  ),
})

t.test('losses within the window count together', async t => {
  const first = step(serving('s1', 's2', 's3', 's4'), without('s1'), 1000)
  const second = step(first.memory, without('s1', 's2'), 2000)
  t.same(admitted(second.decision), ['s3', 's4'])
  const third = step(second.memory, without('s1', 's2', 's3'), 3000)
  t.equal(standing(third.decision, 's3'), 'held')
  const later = step(third.memory, without('s1', 's2', 's3'), 303_000)
  t.equal(standing(later.decision, 's3'), 'gone', 'one loss of two servers is not a mass change')
})

t.test('the last server is never removed by a failure, nor drained by a suspicion', async t => {
  const memory = serving('s1')
  const failed = step(memory, { serf: { s1: 'failed' }, haproxy: { s1: 'down' } }, 1000).decision
  t.equal(standing(failed, 's1'), 'held')
  const suspect = step(memory, { serf: { s1: 'alive?' }, haproxy: { s1: 'up' } }, 1000).decision
  t.same(admitted(suspect), ['s1'])
})

t.test(
  'of many members that leave at once, one that looks failed is not held; a later failure is',
  async t => {
    const limits = { leavingGraceMs: 60_000, guard: { ...rules.guard, minServers: 0 } }
    const before = serving('s1', 's2', 's3', 's4')
    const three = { s2: 'left', s3: 'left', s4: 'left' } as const
    const haproxy = { s1: 'down' } as const
    const first = step(before, { serf: { s1: 'alive', ...three }, haproxy }, 0, limits)
    const failed = { serf: { s1: 'failed', ...three }, haproxy } as const
    const soon = step(first.memory, failed, 9000, limits)
    t.equal(standing(soon.decision, 's1'), 'gone')
    const later = step(first.memory, failed, 10_000, limits)
    t.equal(standing(later.decision, 's1'), 'held', 'members that left earlier do not count')

    // A slow leave counts from its start, whatever HAProxy finds in the meantime.
    const leaving = { s2: 'leaving', s3: 'leaving', s4: 'leaving' } as const
    const found = { s1: 'down', s2: 'down', s3: 'up', s4: 'up' } as const
    const slow = step(before, { serf: { s1: 'alive', ...leaving }, haproxy: found }, 0, limits)
    const third = { serf: { s1: 'failed', ...leaving }, haproxy: found } as const
    t.equal(standing(step(slow.memory, third, 9000, limits).decision, 's1'), 'gone')
    const still = step(
      slow.memory,
      { ...third, serf: { ...third.serf, s1: 'alive' } },
      9000,
      limits,
    )
    t.equal(standing(step(still.memory, third, 10_000, limits).decision, 's1'), 'held')
  },
)

type Kind = Counted['as']

/** Members of one pool, as many of each kind. */
function poolOf(counts: Partial<Record<Kind, number>>, pool = 'web'): Counted[] {
  return Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, i) => ({
      name: `${kind}${i}`,
      pools: [pool],
      as: kind as Kind,
    })),
  )
}

const limits = { maxLostShare: 0.5, minServers: 1 }

/** Trusted, doubted, lost and left members, and the reason of the guard. */
const cases: readonly [number, number, number, number, string | undefined][] = [
  [0, 0, 0, 0, undefined],
  [2, 2, 0, 0, undefined],
  [2, 3, 0, 0, '3 of 5 servers are in doubt at once, more than 50 %'],
  [2, 1, 2, 0, '3 of 5 servers are in doubt at once, more than 50 %'],
  [2, 1, 1, 0, undefined],
  [0, 0, 9, 0, undefined],
  [1, 2, 0, 1, undefined],
  [1, 2, 0, 0, '2 of 3 servers are in doubt at once, more than 50 %'],
  [0, 1, 0, 0, '1 of 1 server is in doubt at once, more than 50 %'],
  [0, 1, 0, 1, '0 servers would be left, fewer than 1'],
  [0, 0, 0, 5, undefined],
]

t.test('the shares of doubted and lost members decide whether a pool is guarded', async t => {
  for (const [trusted, doubted, lost, left, reason] of cases) {
    const guarded = guardedPools(poolOf({ trusted, doubted, lost, left }), limits)
    t.equal(guarded.get('web'), reason, JSON.stringify({ trusted, doubted, lost, left }))
  }
})

t.test('each pool is guarded on its own, and a member counts in each of its pools', async t => {
  const members = [
    ...poolOf({ trusted: 3 }, 'api'),
    ...poolOf({ trusted: 1 }, 'web'),
    { name: 'shared', pools: ['api', 'web'], as: 'doubted' as const },
    { name: 'other', pools: ['web'], as: 'doubted' as const },
  ]
  t.same([...guardedPools(members, limits).keys()], ['web'])
  t.equal(guardedPools([{ name: 's1', pools: [], as: 'doubted' }], limits).size, 0)
})

t.test('the minimum of servers guards a pool of which few members are in doubt', async t => {
  const four = { trusted: 4, doubted: 1 }
  t.equal(guardedPools(poolOf(four), { ...limits, minServers: 4 }).size, 0)
  t.equal(
    guardedPools(poolOf(four), { ...limits, minServers: 5 }).get('web'),
    '4 servers would be left, fewer than 5',
  )
})

t.test('a share of 1 and a minimum of 0 turn the guard off', async t => {
  const off = { maxLostShare: 1, minServers: 0 }
  t.equal(guardedPools(poolOf({ doubted: 9 }), off).size, 0)
})

t.test('a share of 0 guards a pool against each single doubt', async t => {
  const strict = { maxLostShare: 0, minServers: 0 }
  t.match(
    guardedPools(poolOf({ trusted: 99, doubted: 1 }), strict).get('web'),
    /^1 of 100 servers is in doubt at once, more than 0 %$/,
  )
})

t.test(
  'a pool is guarded only while a member is in doubt, and more trust never guards it',
  async t => {
    const count = fc.nat(6)
    fc.assert(
      fc.property(
        fc.record({ trusted: count, doubted: count, lost: count, left: count }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        count,
        (counts, maxLostShare, minServers) => {
          const isGuarded = (more: Partial<typeof counts>) =>
            guardedPools(poolOf({ ...counts, ...more }), { maxLostShare, minServers }).size > 0
          if (isGuarded({ doubted: 0 })) return false
          return isGuarded({}) || !isGuarded({ trusted: counts.trusted + 1 })
        },
      ),
    )
    t.pass('any pool')
  },
)

t.test('members that leave count exactly until the end of their window', async t => {
  const off = { ...rules, guard: { ...rules.guard, minServers: 0 } }
  const up = { s1: 'up', s2: 'up' } as const
  const leaving = { serf: { s1: 'alive', s2: 'left' }, haproxy: up } as const
  const { memory } = step(serving('s1', 's2'), leaving, 0, off)
  const dead: Scene = { serf: { s1: 'failed', s2: 'left' }, haproxy: { s1: 'down' } }
  const at = (now: number) => standing(step(memory, dead, now, off).decision, 's1')
  t.equal(at(recentLeaveWindowMs - 1), 'gone')
  t.equal(at(recentLeaveWindowMs), 'held')
})
