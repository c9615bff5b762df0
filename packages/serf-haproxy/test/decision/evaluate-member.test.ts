import t from 'tap'
import {
  applyUserPolicy,
  evaluateMember,
  type MemberEvaluation,
} from '../../src/decision/evaluate-member.js'
import { noMemory, type Memory } from '../../src/decision/member-memory.js'
import type { PolicyMember, UserPolicy } from '../../src/decision/user-policy.js'
import { factsOf, rules, serving, step, type Scene } from './decision-scene.js'

const evaluate = (name: string, memory: Memory, scene: Scene, now = 1000): MemberEvaluation =>
  evaluateMember(name, memory, factsOf(scene), rules, now)

t.test('an unknown member has no address, no tags and no action', async t => {
  t.match(evaluate('s9', noMemory, { serf: {} }), {
    name: 's9',
    status: 'absent',
    suspect: false,
    action: 'none',
    member: { name: 's9', address: '', tags: {} },
    known: undefined,
  })
})

t.test('a new member is evaluated as Serf reports it', async t => {
  t.match(evaluate('s1', noMemory, { serf: { s1: 'alive' } }), {
    status: 'alive',
    action: 'serve',
    member: { name: 's1', address: '10.0.0.1', tags: { role: 'b' } },
    flapState: { wantsTraffic: true, penalty: 0 },
  })
})

t.test('an alive member has the newest address, any other the one that was applied', async t => {
  const memory = serving('s1')
  const moved = (status: 'alive' | 'failed' | 'leaving') => {
    const facts = factsOf({ serf: { s1: status }, haproxy: { s1: 'up' } })
    const reported = facts.membership.members.get('s1')
    const members = new Map(reported && [['s1', { ...reported, address: '10.0.0.9' }]])
    const later = { ...facts, membership: { ...facts.membership, members } }
    return evaluateMember('s1', memory, later, rules, 1000).member.address
  }
  t.equal(moved('alive'), '10.0.0.9')
  t.equal(moved('failed'), '10.0.0.1')
  t.equal(moved('leaving'), '10.0.0.1')
})

t.test(
  'a member that failed before the agent knew it has the address that Serf reports',
  async t => {
    t.equal(evaluate('s1', noMemory, { serf: { s1: 'failed' } }).member.address, '10.0.0.1')
  },
)

t.test('a doubt begins when it is first noticed, and stays at that time', async t => {
  const failed: Scene = { serf: { s1: 'failed' }, haproxy: { s1: 'up' } }
  t.equal(evaluate('s1', serving('s1'), failed, 500).doubtedSince, 500)
  const { memory } = step(serving('s1'), failed, 500)
  t.equal(evaluate('s1', memory, failed, 9000).doubtedSince, 500)
  t.equal(evaluate('s1', memory, { serf: { s1: 'alive' } }, 9000).doubtedSince, undefined)
  t.equal(evaluate('s1', memory, { serf: { s1: 'leaving' } }, 9000).doubtedSince, undefined)
})

t.test('a leave begins when an admitted member is first seen leaving', async t => {
  const leaving: Scene = { serf: { s1: 'leaving' }, haproxy: { s1: 'up' } }
  t.equal(evaluate('s1', serving('s1'), leaving, 500).leavingSince, 500)
  const { memory } = step(serving('s1'), leaving, 500)
  t.equal(evaluate('s1', memory, { serf: { s1: 'left' } }, 900).leavingSince, 500)
  t.equal(evaluate('s9', noMemory, { serf: { s9: 'leaving' } }, 500).leavingSince, undefined)
})

t.test('an unreachable Serf agent ends every doubt, and keeps admitted members', async t => {
  const away: Scene = { serf: { s1: 'alive?', s2: 'failed', s9: 'failed' }, connected: false }
  const memory = serving('s1', 's2')
  for (const name of ['s1', 's2'])
    t.match(evaluate(name, memory, away), {
      action: 'serve',
      decidedBy: 'serf-connection',
      suspect: false,
      doubtedSince: undefined,
    })
  t.equal(evaluate('s9', memory, away).action, 'none')
})

t.test('an unreachable Serf agent does not stop a member from leaving', async t => {
  const away: Scene = { serf: { s1: 'leaving' }, haproxy: { s1: 'up' }, connected: false }
  t.match(evaluate('s1', serving('s1'), away), { action: 'drain', leavingSince: 1000 })
})

t.test('a member counts as flapped when it loses its traffic', async t => {
  const memory = serving('s1')
  t.equal(
    evaluate('s1', memory, { serf: { s1: 'alive?' }, haproxy: { s1: 'up' } }).flapState.penalty,
    1,
  )
  t.equal(
    evaluate('s1', memory, { serf: { s1: 'failed' }, haproxy: { s1: 'up' } }).flapState.penalty,
    0,
  )
  t.equal(evaluate('s1', memory, { serf: { s1: 'left' } }).flapState.penalty, 1)
})

const evaluations = (scene: Scene, memory: Memory = noMemory) =>
  Object.keys(scene.serf).map(name => evaluate(name, memory, scene))

const byName = (list: readonly MemberEvaluation[]) =>
  new Map(list.map(each => [each.name, each] as const))

t.test('without a policy the evaluations are the same', async t => {
  const before = evaluations({ serf: { s1: 'alive' } })
  t.equal(applyUserPolicy(before, undefined), before)
})

t.test('a policy gets only the members that would serve, with their status', async t => {
  let given: readonly PolicyMember[] = []
  const policy: UserPolicy = members => {
    given = members
    return new Map(members.map(({ name, address, tags }) => [name, { name, address, tags }]))
  }
  const scene: Scene = {
    serf: { s1: 'alive', s2: 'alive?', s3: 'failed', s4: 'left', s5: 'leaving' },
    haproxy: { s1: 'up', s2: 'up', s3: 'up', s4: 'up', s5: 'up' },
  }
  const before = evaluations(scene, serving('s1', 's2', 's3', 's4', 's5'))
  const after = byName(applyUserPolicy(before, policy))
  t.same(
    given.map(({ name, status, suspect }) => [name, status, suspect]),
    [
      ['s1', 'alive', false],
      ['s2', 'alive', true],
    ],
  )
  t.equal(after.get('s2')?.action, 'suspend', 'a policy cannot clear a suspicion')
  t.equal(after.get('s3')?.action, 'retain')
})

t.test('a member that a policy leaves out is removed if it served, and else not added', async t => {
  const after = byName(
    applyUserPolicy(
      evaluations({ serf: { s1: 'alive', s2: 'alive' } }, serving('s1')),
      () => new Map(),
    ),
  )
  const reason = 'the custom policy leaves it out'
  t.match(after.get('s1'), { action: 'remove', decidedBy: 'user-policy', reason })
  t.match(after.get('s2'), { action: 'none', decidedBy: 'user-policy', reason })
})

t.test('a policy may change a member, and drain it', async t => {
  const changed = { name: 's1', address: '10.9.9.9', tags: { role: 'canary' } }
  const run = (choice: typeof changed & { draining?: boolean }) =>
    applyUserPolicy(evaluations({ serf: { s1: 'alive' } }), () => new Map([['s1', choice]]))
  t.match(run(changed), [{ action: 'serve', decidedBy: 'serf-status', member: changed }])
  t.match(run({ ...changed, draining: true }), [
    { action: 'drain', decidedBy: 'user-policy', reason: 'the custom policy drains it' },
  ])
})
