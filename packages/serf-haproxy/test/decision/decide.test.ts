import * as fc from 'fast-check'
import t from 'tap'
import type { Rules } from '../../src/decision/evaluate-member.js'
import { noMemory, type Memory } from '../../src/decision/member-memory.js'
import { membersInQuestion } from '../../src/decision/members-in-question.js'
import { createUserPolicy } from '../../src/decision/user-policy.js'
import {
  admitted,
  factsOf,
  rules,
  others,
  othersUp,
  serving,
  standing,
  step,
  type Health,
  type Scene,
  type Status,
} from './decision-scene.js'

/** Status of s1 in Serf, its health in HAProxy, the resulting standing, and its entry in HAProxy; three others serve. */
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

t.test('Serf’s status and HAProxy’s health of a member decide on its standing', async t => {
  for (const [word, health, expected, entry] of table) {
    const { decision } = step(
      serving('s1', 's2', 's3', 's4'),
      {
        serf: { ...others, ...(word !== 'absent' && { s1: word }) },
        haproxy: { ...othersUp, ...(health !== 'absent' && { s1: health }) },
      },
      1000,
    )
    t.equal(standing(decision, 's1'), expected, `${word}, ${health}`)
    t.same(admitted(decision), [...(entry === undefined ? [] : [entry]), 's2', 's3', 's4'])
  }
})

t.test('a member that never served is not added by a failure, a leave or a suspicion', async t => {
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

t.test('an empty member list, or an unreachable Serf agent, changes nothing', async t => {
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

t.test('the grace time starts again when the Serf agent answers again', async t => {
  const failed: Scene = { serf: { ...others, s1: 'failed' }, haproxy: { ...othersUp, s1: 'up' } }
  const first = step(serving('s1', 's2', 's3', 's4'), failed, 0)
  const away = step(first.memory, { ...failed, connected: false }, 59_000)
  t.equal(standing(step(away.memory, failed, 61_000).decision, 's1'), 'kept-by-health')
})

t.test(
  'a custom policy selects, changes and drains; the guard applies to members that it leaves out',
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
    t.equal(none.held?.names.length, 4, 'the removals of a policy that selects no member are held')
  },
)

/** Rules with a policy that drains one member. */
const draining = (name: string) => ({
  userPolicy: createUserPolicy('p.js', members =>
    (members as { name: string }[]).map(each => ({ ...each, draining: each.name === name })),
  ),
})

t.test('HAProxy is asked only for members whose health can change the decision', async t => {
  const memory = serving('s1', 's2')
  const asks = (serf: Scene['serf'], more: Partial<Rules> = {}) =>
    membersInQuestion(memory, factsOf({ serf }), { ...rules, ...more }, { now: 1000 })
  t.same(
    asks({ s1: 'alive', s2: 'alive', s9: 'failed' }),
    [],
    'an old failure of a member that does not serve',
  )
  t.same(asks({ s1: 'alive', s2: 'failed' }), ['s2'])
  t.same(asks({ s1: 'alive', s2: 'alive?' }), ['s2'])
  t.same(asks({ s1: 'alive' }), ['s2'])
  const alive = { s1: 'alive', s2: 'alive' } as const
  t.same(asks(alive, draining('s1')), ['s1'], 'a policy that takes traffic')
  t.same(asks(alive, draining('s9')), [], 'a policy that takes none')
})

const words = fc.constantFrom('alive', 'alive?', 'leaving', 'left', 'failed', 'none', 'absent')
const healths = fc.constantFrom('up', 'down', 'absent')
const world = fc.array(fc.tuple(words, healths), { minLength: 1, maxLength: 8 })
const history = fc.array(fc.record({ world, connected: fc.boolean(), passedMs: fc.nat(120_000) }), {
  minLength: 1,
  maxLength: 30,
})

t.test(
  'in any history, each alive member without flaps serves, and doubts never empty a pool',
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
            const isLast = decision.verdicts.get(name)?.decidedBy === 'last-healthy'
            const mayStay = !connected || isLast
            if (word === 'left' && !mayStay && standing(decision, name) !== 'gone') return false
          }
          // Where doubts alone took servers, at least one is left that gets traffic.
          const lost = [...before.members].filter(([name, known]) => {
            const word = scene.serf[name]
            const isOrderly =
              word === 'left' || word === 'leaving' || scene.haproxy?.[name] === undefined
            return known.isAdmitted && !isOrderly && standing(decision, name) === 'gone'
          })
          const hasTraffic = [...decision.admitted.values()].some(({ draining }) => !draining)
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
