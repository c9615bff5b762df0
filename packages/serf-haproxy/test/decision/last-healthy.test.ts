import * as fc from 'fast-check'
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import type { Facts, Rules, ServerFacts } from '../../src/decision/evaluate-member.js'
import { membersInQuestion } from '../../src/decision/members-in-question.js'
import { noMemory, withAccepted, type Memory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import { createUserPolicy } from '../../src/decision/user-policy.js'
import { admitted, factsOf, rules, serving, standing, type Scene } from './decision-scene.js'

/** A server that HAProxy finds up with a successful check, one without a result, and one that is down. */
const proven: ServerFacts = { health: 'up', provenIn: ['nodes'] }
const unproven: ServerFacts = { health: 'up', provenIn: [] }
const down: ServerFacts = { health: 'down', provenIn: [] }

type Servers = Readonly<Record<string, ServerFacts>>

/** No limit of the mass-change guard applies: what is kept is kept by the last healthy servers alone. */
const unguarded: Rules = { ...rules, guard: { maxLostShare: 1, minServers: 0, windowMs: 1000 } }

interface Round {
  readonly serf: Scene['serf']
  /** Undefined if HAProxy cannot be asked. */
  readonly servers: Servers | undefined
  readonly now?: number
  readonly more?: Partial<Rules>
}

/** Makes one more decision, with every admitted member in the pool `nodes`. */
function step(memory: Memory, { serf, servers, now = 1000, more = {} }: Round) {
  const facts: Facts = {
    ...factsOf({ serf }),
    servers: servers && new Map(Object.entries(servers)),
  }
  const decision = decide(memory, facts, { ...unguarded, ...more }, now)
  const pools = [{ name: 'nodes', servers: [...decision.admitted.values()] }]
  return { decision, memory: withPools(decision.memory, pools) }
}

t.test(
  'a drain by an operator begins only where another server is healthy, and then stays',
  async t => {
    const drained = new Map([['s1', { member: 's1', since: 1, reason: 'an upgrade' }]])
    const decided = (memory: Memory, servers: Servers | undefined, drains = drained) => {
      const facts = {
        ...factsOf({ serf: { s1: 'alive', s2: 'alive' } }),
        servers: servers && new Map(Object.entries(servers)),
        drained: drains,
      }
      const decision = decide(memory, facts, unguarded, 1000)
      const pools = [{ name: 'nodes', servers: [...decision.admitted.values()] }]
      return { decision, memory: withPools(decision.memory, pools) }
    }
    const before = serving('s1', 's2')
    t.same(
      membersInQuestion(before, { ...factsOf({ serf: { s1: 'alive' } }), drained }, unguarded, {
        now: 1,
      }),
      ['s1', 's2'],
    )
    const alone = decided(before, { s1: proven, s2: down })
    t.equal(standing(alone.decision, 's1'), 'held')
    t.match(alone.decision.verdicts.get('s1'), {
      decidedBy: 'last-healthy',
      guard: /no other server/,
    })
    const done = decided(before, { s1: proven, s2: proven })
    t.same(admitted(done.decision), ['s1 draining', 's2'])
    t.match(done.decision.verdicts.get('s1'), {
      decidedBy: 'operator',
      reason: 'an operator drains it: an upgrade',
    })
    const later = decided(done.memory, { s1: proven, s2: down })
    t.same(admitted(later.decision), ['s1 draining', 's2'], 'it gets nothing back')
    t.equal(later.decision.mayChangeSoon, false)
    const ended = decided(later.memory, undefined, new Map())
    t.same(admitted(ended.decision), ['s1', 's2'])
  },
)

t.test('a drained member that Serf lost, or that is suspect, stays drained', async t => {
  const drained = new Map([['s1', { member: 's1', since: 1 }]])
  for (const status of ['failed', 'alive?'] as const) {
    const serf = { s1: status, s2: 'alive' } as const
    const facts = { ...factsOf({ serf, haproxy: { s1: 'up', s2: 'up' } }), drained }
    const decision = decide(serving('s1', 's2'), facts, unguarded, 1000)
    t.equal(decision.verdicts.get('s1')?.decidedBy, 'operator', status)
    t.equal(standing(decision, 's1'), 'draining', status)
  }
})

/** The other member serves, and its server may be unhealthy. */
const s2 = 'alive' as const

const leaveOut = (name: string) => ({
  userPolicy: createUserPolicy('p.js', members =>
    (members as { name: string }[]).filter(each => each.name !== name),
  ),
})
const drain = (name: string) => ({
  userPolicy: createUserPolicy('p.js', members =>
    (members as { name: string }[]).map(each => ({ ...each, draining: each.name === name })),
  ),
})

/** Each way that a member can lose its traffic, with its standing where another server is healthy and where none is. */
const ways: readonly [string, Pick<Round, 'more' | 'serf'>, string, string][] = [
  ['suspect', { serf: { s1: 'alive?', s2 } }, 'draining', 'serving'],
  ['leaving', { serf: { s1: 'leaving', s2 } }, 'draining', 'held'],
  ['left', { serf: { s1: 'left', s2 } }, 'gone', 'held'],
  ['failed', { serf: { s1: 'failed', s2 }, more: { failedGraceMs: 0 } }, 'gone', 'held'],
  ['forgotten', { serf: { s2 }, more: { failedGraceMs: 0 } }, 'gone', 'held'],
  ['left out by the policy', { serf: { s1: 'alive', s2 }, more: leaveOut('s1') }, 'gone', 'held'],
  ['drained by the policy', { serf: { s1: 'alive', s2 }, more: drain('s1') }, 'draining', 'held'],
]

/** The admitted members of two that served, while HAProxy cannot be asked. */
const unasked = (serf: Scene['serf']) =>
  admitted(step(serving('s1', 's2'), { serf, servers: undefined }).decision)

t.test('whatever way a member goes, a pool keeps its last healthy server', async t => {
  for (const [way, round, ordinary, last] of ways) {
    const after = (other: ServerFacts) =>
      step(serving('s1', 's2'), { ...round, servers: { s1: proven, s2: other } }).decision
    t.equal(standing(after(proven), 's1'), ordinary, `${way}, and the other server is healthy`)
    for (const other of [unproven, down]) {
      const decision = after(other)
      t.equal(standing(decision, 's1'), last, way)
      t.same(admitted(decision), ['s1', 's2'], way)
      t.match(decision.verdicts.get('s1'), {
        decidedBy: 'last-healthy',
        guard: 'no other server of pool nodes is healthy in HAProxy',
      })
      t.same(decision.held?.names, last === 'held' ? ['s1'] : undefined, way)
      t.equal(decision.mayChangeSoon, true, way)
    }
  }
})

t.test('a member that is damped serves on where it is the last healthy one', async t => {
  let memory = serving('s1', 's2')
  for (let now = 1000; now < 14_000; now += 1000) {
    const serf = { s1: now % 2000 === 0 ? ('alive' as const) : ('alive?' as const), s2 }
    memory = step(memory, { serf, servers: { s1: proven, s2: proven }, now }).memory
  }
  const after = (other: ServerFacts) =>
    step(memory, { serf: { s1: 'alive', s2 }, servers: { s1: proven, s2: other }, now: 14_000 })
  t.equal(standing(after(proven).decision, 's1'), 'damped')
  t.equal(standing(after(down).decision, 's1'), 'serving')
  const membership = factsOf({ serf: { s1: 'alive', s2 } }).membership
  const { memory: drained } = after(proven)
  const facts = { membership, wallTime: 0 }
  t.same(
    membersInQuestion(drained, facts, unguarded, { now: 14_100 }),
    ['s1'],
    'HAProxy is asked while it is damped, so it stays damped',
  )
})

t.test('a server that HAProxy finds down, or does not have, is not kept', async t => {
  for (const [way, round] of ways)
    for (const servers of [{ s1: down, s2: down }, { s2: down }]) {
      const { decision } = step(serving('s1', 's2'), { ...round, servers })
      t.not(standing(decision, 's1'), 'held', way)
      t.not(decision.verdicts.get('s1')?.decidedBy, 'last-healthy', way)
    }
})

t.test('an orderly scale to 0: each server stays until its leave has completed', async t => {
  const both = { s1: proven, s2: proven }
  const first = step(serving('s1', 's2'), { serf: { s1: 'leaving', s2 }, servers: both })
  t.same(admitted(first.decision), ['s1 draining', 's2'], 'not the last: it drains at once')
  const serf = { s1: 'leaving', s2: 'leaving' } as const
  const drained = { s1: unproven, s2: proven }
  const last = step(first.memory, { serf, servers: drained, now: 1100 })
  t.same(admitted(last.decision), ['s1', 's2'], 'both are up, and no other server is')
  const half = step(last.memory, { serf: { ...serf, s1: 'left' }, servers: both, now: 1500 })
  t.same(admitted(half.decision), ['s2'])
  const none = step(half.memory, {
    serf: { s1: 'left', s2: 'left' },
    servers: { s2: proven },
    now: 1600,
  })
  t.same(admitted(none.decision), [])
  t.equal(none.decision.held, undefined)
})

t.test('a rolling replacement keeps the old servers until a new one is healthy', async t => {
  const old = { s1: 'leaving', s2: 'leaving' } as const
  const joined = step(serving('s1', 's2'), {
    serf: { ...old, n8: 'alive' },
    servers: { s1: proven, s2: proven },
  })
  t.same(admitted(joined.decision), ['n8', 's1', 's2'])
  const left = { s1: 'left', s2: 'leaving', n8: 'alive' } as const
  const waiting = { s1: proven, s2: proven, n8: unproven }
  const checking = step(joined.memory, { serf: left, servers: waiting, now: 2000 })
  t.same(admitted(checking.decision), ['n8', 's1', 's2'], 's1 left, and still answers')
  const ready = step(checking.memory, {
    serf: left,
    servers: { ...waiting, n8: proven },
    now: 2500,
  })
  t.same(admitted(ready.decision), ['n8', 's2 draining'])
  t.equal(ready.decision.held, undefined)
})

t.test('a server that drains gets its traffic back where the others fail', async t => {
  const serf = { s1: 'leaving', s2 } as const
  const { memory } = step(serving('s1', 's2'), { serf, servers: { s1: proven, s2: proven } })
  const { decision } = step(memory, { serf, servers: { s1: unproven, s2: down }, now: 1500 })
  t.same(admitted(decision), ['s1', 's2'])
})

t.test('what the policy drained earlier, and what was accepted by hand, stays drained', async t => {
  const alive = { s1: 'alive', s2 } as const
  const more = drain('s1')
  const round = { serf: alive, more, servers: { s1: proven, s2: proven } }
  const { memory } = step(serving('s1', 's2'), round)
  const later = step(memory, { ...round, servers: { s1: unproven, s2: down } })
  t.same(admitted(later.decision), ['s1 draining', 's2'])
  const accepted = withAccepted(serving('s1', 's2'), ['s1'])
  const leaving = { serf: { s1: 'leaving', s2 } as const, servers: { s1: proven, s2: down } }
  t.same(admitted(step(accepted, leaving).decision), ['s1 draining', 's2'])
})

t.test('a member that is back under another name replaces itself', async t => {
  // Both have the number 1, and so one address.
  const serf = { s1: 'left', web1: 'alive' } as const
  const { decision } = step(serving('s1'), { serf, servers: { s1: proven } })
  t.same(admitted(decision), ['web1'])
})

t.test('while HAProxy cannot be asked, only a leave that has completed takes traffic', async t => {
  t.same(unasked({ s1: 'leaving', s2 }), ['s1', 's2'])
  t.same(unasked({ s1: 'left', s2 }), ['s1', 's2'], 's2 may be down')
  t.same(unasked({ s1: 'leaving', s2: 'leaving' }), ['s1', 's2'])
  t.same(unasked({ s1: 'left', s2: 'left' }), [])
})

t.test('a member in several pools stays where it is the last healthy one of any', async t => {
  const pools = [
    { name: 'api', servers: [{ name: 's1' }] },
    { name: 'web', servers: [{ name: 's1' }, { name: 's2' }] },
  ]
  const memory = withPools(serving('s1', 's2'), pools)
  const servers = {
    s1: { health: 'up', provenIn: ['api', 'web'] },
    s2: { health: 'up', provenIn: ['web'] },
  } as const
  const { decision } = step(memory, { serf: { s1: 'leaving', s2 }, servers })
  t.equal(standing(decision, 's1'), 'held')
  t.match(decision.held?.reason, /no other server of pool api/)
})

t.test('a member that is leaving for longer than its grace time serves again', async t => {
  const round = { serf: { s1: 'leaving', s2 } as const, servers: { s1: proven, s2: proven } }
  const { memory } = step(serving('s1', 's2'), round)
  t.equal(standing(step(memory, { ...round, now: 5999 }).decision, 's1'), 'draining')
  const { decision } = step(memory, { ...round, now: 6000 })
  t.equal(standing(decision, 's1'), 'serving')
  t.equal(decision.mayChangeSoon, true)
  t.match(decision.verdicts.get('s1')?.reason, /^leaving in Serf for more than 5000 ms/)
})

t.test('a member that was removed while it was leaving returns if it does not leave', async t => {
  const serf = { s1: 'leaving', s2 } as const
  const servers = { s1: down, s2: proven }
  let { memory, decision } = step(serving('s1', 's2'), { serf, servers })
  t.same(admitted(decision), ['s2'])
  // Its server is gone from HAProxy, and for long nothing changes.
  for (const now of [2000, 5999]) {
    ;({ memory, decision } = step(memory, { serf, servers: { s2: proven }, now }))
    t.same(admitted(decision), ['s2'])
    t.equal(decision.mayChangeSoon, true)
  }
  ;({ decision } = step(memory, { serf, servers: { s2: proven }, now: 30_000 }))
  t.same(admitted(decision), ['s1', 's2'])
})

const words = fc.constantFrom('alive', 'alive?', 'leaving', 'failed', 'none', 'absent')
const facts = fc.constantFrom(proven, unproven, down)
const world = fc.array(fc.tuple(words, facts), { minLength: 1, maxLength: 6 })

t.test('in any history, a pool with a server that answers has one that gets traffic', async t => {
  const property = fc.property(
    fc.array(fc.tuple(world, fc.nat(90_000)), { minLength: 1, maxLength: 20 }),
    rounds => {
      let memory = noMemory
      let now = 0
      for (const [members, passedMs] of rounds) {
        now += passedMs
        const named = members.map(([word, server], i) => [`s${i}`, word, server] as const)
        const servers = Object.fromEntries(
          named.flatMap(([name, , server]) =>
            memory.members.get(name)?.isAdmitted ? [[name, server]] : [],
          ),
        )
        const present = named.filter(([, word]) => word !== 'absent')
        const serf = Object.fromEntries(
          present.map(([name, word]) => [name, word]),
        ) as Scene['serf']
        const { decision, memory: next } = step(memory, { serf, servers, now })
        const isUp = ({ name }: { readonly name: string }) => servers[name]?.health === 'up'
        const hadUp = Object.values(servers).some(({ health }) => health === 'up')
        if (hadUp && ![...decision.admitted.values()].some(each => !each.draining && isUp(each)))
          return false
        memory = next
      }
      return true
    },
  )
  fc.assert(property, { numRuns: 500 })
  t.pass('500 histories')
})
