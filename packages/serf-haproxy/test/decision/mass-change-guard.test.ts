import t from 'tap'
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
    const limits = { ...rules, guard: { ...rules.guard, minServers: 0 } }
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
