import * as fc from 'fast-check'
import t from 'tap'
import { decide, needsServerHealth, type Decision } from '../src/decision/decide.js'
import type { Facts, Rules } from '../src/decision/evaluate-member.js'
import { noMemory, withAccepted, withPools, type Memory } from '../src/decision/member-memory.js'
import { createUserPolicy } from '../src/decision/user-policy.js'
import { adoptRunning, holdUnknownServers } from '../src/decision/adopt-running.js'

type Status = 'alive' | 'leaving' | 'left' | 'failed' | 'none'
type Health = 'up' | 'down'

const rules: Rules = {
  failedGraceMs: 60_000,
  guard: { maxLostShare: 0.5, minServers: 1, windowMs: 300_000 },
  damping: { flaps: 5, halfLifeMs: 30_000 },
}

interface Scene {
  /** Serf's word by name; a trailing `?` makes a suspect. */
  readonly serf: Readonly<Record<string, Status | 'alive?'>>
  /** HAProxy's word by name; left out where it cannot be asked. */
  readonly haproxy?: Readonly<Record<string, Health>>
  readonly connected?: boolean
}

function facts({ serf, haproxy, connected = true }: Scene): Facts {
  const entries = Object.entries(serf)
  const members = new Map(
    entries.map(([name, word]) => {
      const status = word === 'alive?' ? ('alive' as const) : word
      return [name, { name, status, address: '10.0.0.1', port: 7946, tags: { role: 'b' } }]
    }),
  )
  const suspects = new Set(entries.filter(([, word]) => word === 'alive?').map(([name]) => name))
  const servers =
    haproxy && new Map(Object.entries(haproxy).map(([name, health]) => [name, { health }]))
  return { membership: { members, suspects, connected }, servers, wallTime: 1_700_000_000_000 }
}

/** One more decision; everybody admitted is in the one pool. */
function step(memory: Memory, scene: Scene, now: number, more: Partial<Rules> = {}) {
  const decision = decide(memory, facts(scene), { ...rules, ...more }, now)
  const servers = decision.admitted
  return { decision, memory: withPools(decision.memory, [{ name: 'nodes', servers }]) }
}

function serving(...names: string[]): Memory {
  const serf = Object.fromEntries(names.map(name => [name, 'alive' as const]))
  return step(noMemory, { serf }, 0).memory
}

const standing = (decision: Decision, name: string) => decision.verdicts.get(name)?.standing
const admitted = ({ admitted: list }: Decision) =>
  list.map(({ name, draining }) => (draining ? `${name} draining` : name)).toSorted()

/** Four serve, and s1 is the one in question: what Serf says, what HAProxy says, what comes of it. */
const others = { s2: 'alive', s3: 'alive', s4: 'alive' } as const
const othersUp = { s2: 'up', s3: 'up', s4: 'up' } as const
const table: readonly [
  Status | 'alive?' | 'absent',
  Health | 'absent',
  string,
  string | undefined,
][] = [
  ['alive', 'up', 'serving', 's1'],
  ['alive', 'down', 'serving', 's1'],
  ['alive?', 'up', 'draining', 's1 draining'],
  ['alive?', 'down', 'draining', 's1 draining'],
  ['alive?', 'absent', 'gone', undefined],
  ['leaving', 'up', 'draining', 's1 draining'],
  ['leaving', 'down', 'gone', undefined],
  ['leaving', 'absent', 'gone', undefined],
  ['left', 'up', 'gone', undefined],
  ['failed', 'up', 'kept-by-health', 's1'],
  ['failed', 'down', 'gone', undefined],
  ['failed', 'absent', 'gone', undefined],
  ['none', 'up', 'kept-by-health', 's1'],
  ['absent', 'up', 'kept-by-health', 's1'],
  ['absent', 'down', 'gone', undefined],
]

t.test('what Serf and HAProxy say of one member decides on its place', async t => {
  for (const [word, health, wanted, place] of table) {
    const { decision } = step(
      serving('s1', 's2', 's3', 's4'),
      {
        serf: { ...others, ...(word !== 'absent' && { s1: word }) },
        haproxy: { ...othersUp, ...(health !== 'absent' && { s1: health }) },
      },
      1000,
    )
    t.equal(standing(decision, 's1'), wanted, `${word}, ${health}`)
    t.same(admitted(decision), [...(place === undefined ? [] : [place]), 's2', 's3', 's4'])
  }
})

t.test('who never served is not added by a failure, a leave or a suspicion', async t => {
  for (const word of ['failed', 'leaving', 'left', 'none', 'alive?'] as const) {
    const { decision } = step(noMemory, { serf: { s1: word }, haproxy: {} }, 0)
    t.same(admitted(decision), [], word)
  }
})

t.test(
  'a failed member is given up when its grace time ends, and not a millisecond before',
  async t => {
    const failed: Scene = { serf: { ...others, s1: 'failed' }, haproxy: { ...othersUp, s1: 'up' } }
    const { memory } = step(serving('s1', 's2', 's3', 's4'), failed, 1000)
    t.equal(standing(step(memory, failed, 60_999).decision, 's1'), 'kept-by-health')
    t.equal(standing(step(memory, failed, 61_000).decision, 's1'), 'gone')
  },
)

t.test(
  'while HAProxy cannot be asked, a failed member stays until its grace time ends',
  async t => {
    const failed: Scene = { serf: { ...others, s1: 'failed' } }
    const { decision, memory } = step(serving('s1', 's2', 's3', 's4'), failed, 1000)
    t.equal(standing(decision, 's1'), 'kept-by-health')
    t.equal(standing(step(memory, failed, 61_000).decision, 's1'), 'gone')
  },
)

t.test(
  'a load balancer that is cut off takes nobody out and drains nobody, for however long',
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

t.test(
  'removals are held where they would be too many, and carried out when accepted by hand',
  async t => {
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
    t.same(again.decision.held?.names, ['s1', 's2'], 'an acceptance is for once')
  },
)

/** Four serve, and these are dead to Serf and HAProxy. */
const without = (...dead: string[]): Scene => ({
  serf: Object.fromEntries(
    ['s1', 's2', 's3', 's4'].map(name => [name, dead.includes(name) ? 'failed' : 'alive']),
  ),
  haproxy: Object.fromEntries(
    ['s1', 's2', 's3', 's4'].map(name => [name, dead.includes(name) ? 'down' : 'up']),
  ),
})

t.test('losses one after the other count together, until they are long past', async t => {
  const first = step(serving('s1', 's2', 's3', 's4'), without('s1'), 1000)
  const second = step(first.memory, without('s1', 's2'), 2000)
  t.same(admitted(second.decision), ['s3', 's4'])
  const third = step(second.memory, without('s1', 's2', 's3'), 3000)
  t.equal(standing(third.decision, 's3'), 'held')
  const later = step(third.memory, without('s1', 's2', 's3'), 303_000)
  t.equal(standing(later.decision, 's3'), 'gone', 'one of two is no mass')
})

t.test('the last server is never taken out by a failure, nor drained by a suspicion', async t => {
  const memory = serving('s1')
  const failed = step(memory, { serf: { s1: 'failed' }, haproxy: { s1: 'down' } }, 1000).decision
  t.equal(standing(failed, 's1'), 'held')
  const suspect = step(memory, { serf: { s1: 'alive?' }, haproxy: { s1: 'up' } }, 1000).decision
  t.same(admitted(suspect), ['s1'])
})

t.test('members that leave in order may all go', async t => {
  const names = ['s1', 's2', 's3']
  const left = {
    serf: { s1: 'left', s2: 'left', s3: 'left' } as const,
    haproxy: { s1: 'up' } as const,
  }
  const { decision } = step(serving(...names), left, 1000)
  t.same(admitted(decision), [])
  t.equal(decision.held, undefined)
})

t.test('a registry that is empty, or cannot be reached, changes nothing', async t => {
  const names = ['s1', 's2', 's3']
  const up = { s1: 'up', s2: 'up', s3: 'up' } as const
  const empty = step(serving(...names), { serf: { lb: 'alive' }, haproxy: up }, 1000)
  t.same(admitted(empty.decision), ['lb', ...names])
  const stillEmpty = step(empty.memory, { serf: { lb: 'alive' }, haproxy: up }, 100_000)
  t.same(stillEmpty.decision.held?.names, names)
  const away = step(serving(...names), { serf: {}, connected: false }, 1_000_000)
  t.same(admitted(away.decision), names)
  const leaving = { serf: { s1: 'leaving', s2: 'alive', s3: 'failed' } as const, connected: false }
  t.same(admitted(step(serving(...names), { ...leaving, haproxy: up }, 0).decision), [
    's1 draining',
    's2',
    's3',
  ])
})

t.test('grace begins anew when the Serf agent answers again', async t => {
  const failed: Scene = { serf: { ...others, s1: 'failed' }, haproxy: { ...othersUp, s1: 'up' } }
  const first = step(serving('s1', 's2', 's3', 's4'), failed, 0)
  const away = step(first.memory, { ...failed, connected: false }, 59_000)
  t.equal(standing(step(away.memory, failed, 61_000).decision, 's1'), 'kept-by-health')
})

t.test('of many that leave at once, one that seems failed is no mass; later it is', async t => {
  const limits = { ...rules, guard: { ...rules.guard, minServers: 0 } }
  const before = serving('s1', 's2', 's3', 's4')
  const three = { s2: 'left', s3: 'left', s4: 'left' } as const
  const haproxy = { s1: 'down' } as const
  const first = step(before, { serf: { s1: 'alive', ...three }, haproxy }, 0, limits)
  const failed = { serf: { s1: 'failed', ...three }, haproxy } as const
  const soon = step(first.memory, failed, 9000, limits)
  t.equal(standing(soon.decision, 's1'), 'gone')
  const later = step(first.memory, failed, 10_000, limits)
  t.equal(standing(later.decision, 's1'), 'held', 'who left before was replaced, or is not missed')

  // Who takes its time to leave counts from when it began, whatever HAProxy finds meanwhile.
  const leaving = { s2: 'leaving', s3: 'leaving', s4: 'leaving' } as const
  const found = { s1: 'down', s2: 'down', s3: 'up', s4: 'up' } as const
  const slow = step(before, { serf: { s1: 'alive', ...leaving }, haproxy: found }, 0, limits)
  const third = { serf: { s1: 'failed', ...leaving }, haproxy: found } as const
  t.equal(standing(step(slow.memory, third, 9000, limits).decision, 's1'), 'gone')
  const still = step(slow.memory, { ...third, serf: { ...third.serf, s1: 'alive' } }, 9000, limits)
  t.equal(standing(step(still.memory, third, 10_000, limits).decision, 's1'), 'held')
})

t.test('a member that flaps is damped, others carry on, and calm lets it back', async t => {
  let memory = serving('s1', 's2', 's3')
  let now = 0
  const look = (word: 'alive' | 'alive?') => {
    const serf = { s1: word, s2: 'alive', s3: 'alive' } as const
    const after = step(memory, { serf, haproxy: { s1: 'up', s2: 'up', s3: 'up' } }, (now += 100))
    memory = after.memory
    return after.decision
  }
  for (let i = 0; i < 5; i++) {
    look('alive?')
    t.equal(standing(look('alive'), 's1'), 'serving', `flap ${i + 1}`)
  }
  look('alive?')
  t.equal(standing(look('alive'), 's1'), 'damped')
  t.same(admitted(look('alive')), ['s1 draining', 's2', 's3'])
  now += 36_000
  t.equal(standing(look('alive'), 's1'), 'damped')
  now += 2000
  t.equal(standing(look('alive'), 's1'), 'serving')
})

t.test('the only server is never damped', async t => {
  let memory = serving('s1')
  for (let i = 0; i < 20; i++) {
    memory = step(memory, { serf: { s1: 'left' } }, i * 100).memory
    const { decision, memory: next } = step(memory, { serf: { s1: 'alive' } }, i * 100 + 50)
    memory = next
    t.equal(standing(decision, 's1'), 'serving')
  }
  let served = serving('s1', 's2')
  for (let i = 0; i < 20; i++) {
    served = step(
      served,
      { serf: { s1: 'alive?', s2: 'alive?' }, haproxy: { s1: 'up', s2: 'up' } },
      i * 100,
    ).memory
    const both = step(served, { serf: { s1: 'alive', s2: 'alive' } }, i * 100 + 50)
    served = both.memory
    t.same(admitted(both.decision), ['s1', 's2'])
  }
})

t.test(
  'an own policy chooses, changes and drains; whom it leaves out is guarded like any other',
  async t => {
    const memory = serving('s1', 's2', 's3', 's4')
    const all: Scene = { serf: { ...others, s1: 'alive' }, haproxy: { ...othersUp, s1: 'up' } }
    const under = (policy: (members: readonly { name: string }[]) => unknown) =>
      step(memory, all, 1000, {
        userPolicy: createUserPolicy('p.js', policy as (m: unknown) => unknown),
      }).decision
    t.same(admitted(under(members => members.filter(({ name }) => name !== 's1'))), [
      's2',
      's3',
      's4',
    ])
    t.same(
      admitted(under(members => members.map(each => ({ ...each, draining: each.name === 's2' })))),
      ['s1', 's2 draining', 's3', 's4'],
    )
    const none = under(() => [])
    t.equal(none.held?.names.length, 4, 'a policy that chooses nobody is held')
  },
)

t.test('HAProxy is asked only where its word can matter', async t => {
  const memory = serving('s1', 's2')
  const asks = (serf: Scene['serf']) => needsServerHealth(memory, facts({ serf }).membership)
  t.equal(
    asks({ s1: 'alive', s2: 'alive', s9: 'failed' }),
    false,
    'an old failure of somebody else',
  )
  t.equal(asks({ s1: 'alive', s2: 'failed' }), true)
  t.equal(asks({ s1: 'alive', s2: 'alive?' }), true)
  t.equal(asks({ s1: 'alive' }), true)
})

t.test('an agent that forgot what runs takes it over, and knows who is a stranger', async t => {
  const { members } = facts({ serf: { s1: 'failed', s2: 'alive' } }).membership
  const running = ['s1', 's2', 's3'].map(name => ({
    pool: 'nodes',
    name,
    address: '10.0.0.1',
    port: 1,
    weight: 100,
    admin: 'ready' as const,
    health: 'up' as const,
    checked: true,
  }))
  const memory = adoptRunning(noMemory, members, running)
  t.same([...memory.members.keys()], ['s1', 's2'])
  t.match(holdUnknownServers(members, running, { maxLostShare: 0.3 }), {
    reason: /Serf knows 2 of the 3 servers/,
    removals: [{ pool: 'nodes', member: 's3' }],
  })
  t.equal(holdUnknownServers(members, running, { maxLostShare: 0.5 }), undefined)
  const { decision } = step(
    memory,
    { serf: { s1: 'failed', s2: 'alive' }, haproxy: { s1: 'up' } },
    0,
  )
  t.equal(standing(decision, 's1'), 'kept-by-health')
})

const words = fc.constantFrom('alive', 'alive?', 'leaving', 'left', 'failed', 'none', 'absent')
const healths = fc.constantFrom('up', 'down', 'absent')
const world = fc.array(fc.tuple(words, healths), { minLength: 1, maxLength: 8 })
const history = fc.array(fc.record({ world, connected: fc.boolean(), passedMs: fc.nat(120_000) }), {
  minLength: 1,
  maxLength: 30,
})

t.test(
  'whatever happens, nobody who is alive and calm is kept out, and no pool is emptied by doubts',
  async t => {
    fc.assert(
      fc.property(history, rounds => {
        let memory: Memory = noMemory
        let now = 0
        for (const { world: members, connected, passedMs } of rounds) {
          now += passedMs
          const scene: Scene = {
            serf: Object.fromEntries(
              members.flatMap(([word], i) =>
                word === 'absent' ? [] : [[`s${i}`, word as Status]],
              ),
            ),
            haproxy: Object.fromEntries(
              members.flatMap(([, health], i) => (health === 'absent' ? [] : [[`s${i}`, health]])),
            ),
            connected,
          }
          const before = memory
          const { decision, memory: next } = step(memory, scene, now)
          const again = step(memory, scene, now).decision
          if (JSON.stringify(admitted(again)) !== JSON.stringify(admitted(decision))) return false
          for (const [name, word] of Object.entries(scene.serf)) {
            const isCalm = !next.members.get(name)?.flapState.isDamped
            if (word === 'alive' && isCalm && standing(decision, name) !== 'serving') return false
            if (word === 'left' && connected && standing(decision, name) !== 'gone') return false
          }
          // Where doubts alone took servers, at least one is left that gets traffic.
          const lost = [...before.members].filter(([name, known]) => {
            const word = scene.serf[name]
            const isOrderly =
              word === 'left' || word === 'leaving' || scene.haproxy?.[name] === undefined
            return known.isAdmitted && !isOrderly && standing(decision, name) === 'gone'
          })
          const hasTraffic = decision.admitted.some(({ draining }) => !draining)
          if (lost.length > 0 && !hasTraffic) return false
          memory = next
        }
        return true
      }),
      { numRuns: 500 },
    )
    t.pass('500 histories')
  },
)
