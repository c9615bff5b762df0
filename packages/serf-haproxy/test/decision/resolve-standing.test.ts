import t from 'tap'
import type { MemberEvaluation } from '../../src/decision/evaluate-member.js'
import { rules } from './decision-scene.js'
import { noFlaps } from '../../src/decision/flap-damping.js'
import { recentLeaveWindowMs } from '../../src/decision/mass-change-guard.js'
import type { RememberedMember } from '../../src/decision/member-memory.js'
import {
  mayChangeSoon,
  memoryOf,
  resolveStanding,
  type ResolvedMember,
} from '../../src/decision/resolve-standing.js'

type Action = MemberEvaluation['action']

const member = { name: 's1', address: '10.0.0.1', tags: { role: 'web' } }
const damped = { penalty: 6, at: 0, isDamped: true, wantsTraffic: true }

function known(more: Partial<RememberedMember> = {}): RememberedMember {
  return { member, pools: ['web'], isAdmitted: true, flapState: noFlaps, ...more }
}

function evaluation(action: Action, more: Partial<MemberEvaluation> = {}): MemberEvaluation {
  return {
    name: 's1',
    status: 'alive',
    suspect: false,
    member,
    known: known(),
    doubtedSince: undefined,
    leavingSince: undefined,
    flapState: noFlaps,
    action,
    decidedBy: 'serf-status',
    reason: 'a reason',
    ...more,
  }
}

const guard = '2 of 3 servers are in doubt at once'

/** Action, damped, guarded; then standing, rule, and the entry in HAProxy. */
const table: readonly [
  Action,
  boolean,
  boolean,
  ResolvedMember['standing'],
  ResolvedMember['decidedBy'],
  'has it' | 'drains it' | 'removes it',
][] = [
  ['serve', false, false, 'serving', 'serf-status', 'has it'],
  ['serve', false, true, 'serving', 'serf-status', 'has it'],
  ['serve', true, false, 'damped', 'damping', 'drains it'],
  ['serve', true, true, 'serving', 'serf-status', 'has it'],
  ['drain', false, false, 'draining', 'serf-status', 'drains it'],
  ['drain', true, true, 'draining', 'serf-status', 'drains it'],
  ['suspend', false, false, 'draining', 'serf-status', 'drains it'],
  ['suspend', true, false, 'damped', 'damping', 'drains it'],
  ['suspend', false, true, 'serving', 'guard', 'has it'],
  ['suspend', true, true, 'serving', 'guard', 'has it'],
  ['retain', false, false, 'kept-by-health', 'serf-status', 'has it'],
  ['retain', true, true, 'kept-by-health', 'serf-status', 'has it'],
  ['remove', false, false, 'gone', 'serf-status', 'removes it'],
  ['remove', false, true, 'held', 'guard', 'has it'],
  ['none', false, false, 'gone', 'serf-status', 'removes it'],
  ['none', true, true, 'gone', 'serf-status', 'removes it'],
]

t.test('action, damping and guard decide on the standing', async t => {
  for (const [action, isDamped, isGuarded, standing, decidedBy, haproxy] of table) {
    const name = [action, isDamped && 'damped', isGuarded && 'guarded'].filter(Boolean).join(', ')
    const flapState = isDamped ? damped : noFlaps
    const resolved = resolveStanding(
      evaluation(action, { flapState }),
      isGuarded ? guard : undefined,
    )
    const { admitted } = resolved
    t.equal(resolved.standing, standing, name)
    t.equal(resolved.decidedBy, decidedBy, name)
    t.equal(resolved.guard, decidedBy === 'guard' ? guard : undefined, name)
    const entry = admitted ? (admitted.draining ? 'drains it' : 'has it') : 'removes it'
    t.equal(entry, haproxy, name)
  }
})

t.test('the guard does not change the reason of the evaluation', async t => {
  t.equal(resolveStanding(evaluation('remove'), guard).reason, 'a reason')
})

t.test('a removal that was accepted by hand passes the guard', async t => {
  const accepted = evaluation('remove', { known: known({ isAccepted: true }) })
  t.match(resolveStanding(accepted, guard), { standing: 'gone', admitted: undefined })
})

t.test('a damped member that did not serve is not added to drain it', async t => {
  for (const unknown of [undefined, known({ isAdmitted: false })]) {
    const resolved = resolveStanding(
      evaluation('serve', { known: unknown, flapState: damped }),
      undefined,
    )
    t.match(resolved, { standing: 'damped', admitted: undefined })
  }
})

const limits = { ...rules, guard: { ...rules.guard, windowMs: 1000 } }

const remembered = (each: MemberEvaluation, now = 0, held?: string) =>
  memoryOf(resolveStanding(each, held), limits, now)

t.test('an admitted member is remembered as it was applied, the drain mark beside it', async t => {
  t.strictSame(remembered(evaluation('drain', { member: { ...member, draining: true } })), {
    member,
    pools: ['web'],
    isAdmitted: true,
    isDraining: true,
    flapState: noFlaps,
  })
})

t.test('a member without any history is forgotten', async t => {
  t.equal(remembered(evaluation('none', { known: undefined })), undefined)
  t.equal(remembered(evaluation('none', { known: known(), status: 'left' })), undefined)
})

t.test('a loss is remembered until its window ends, and not a millisecond longer', async t => {
  t.match(remembered(evaluation('remove'), 500), { isAdmitted: false, lostAt: 500 })
  const lost = known({ isAdmitted: false, lostAt: 500 })
  const later = (now: number) => remembered(evaluation('none', { known: lost }), now)
  t.match(later(1499), { lostAt: 500 })
  t.equal(later(1500), undefined)
})

t.test('a held removal is not a loss', async t => {
  t.notHas(remembered(evaluation('remove'), 500, guard), { lostAt: Number })
})

const left = (now: number) => remembered(evaluation('none', { leavingSince: 100 }), now)

t.test('a leave is remembered until its window ends, and not a millisecond longer', async t => {
  t.match(left(100 + recentLeaveWindowMs - 1), { isAdmitted: false, leavingSince: 100 })
  t.equal(left(100 + recentLeaveWindowMs), undefined)
})

const flapping = (penalty: number, now = 0) =>
  remembered(evaluation('none', { flapState: { ...noFlaps, penalty } }), now)

t.test('flaps are remembered after the member is gone, until they have decayed', async t => {
  t.match(flapping(0.11), { isAdmitted: false, flapState: { penalty: 0.11 } })
  t.equal(flapping(0.1), undefined)
  const { halfLifeMs } = rules.damping
  t.match(flapping(0.2, halfLifeMs - 1), { flapState: { penalty: 0.2 } })
  t.equal(flapping(0.2, halfLifeMs), undefined)
})

const doubted = (status: 'failed' | 'absent') =>
  remembered(evaluation('none', { status, doubtedSince: 5 }))

t.test('a doubt about a member that Serf still lists is remembered', async t => {
  t.match(doubted('failed'), { isAdmitted: false, doubtedSince: 5 })
  t.equal(doubted('absent'), undefined)
})

const accepted = (action: Action) =>
  remembered(evaluation(action, { known: known({ isAccepted: true }), leavingSince: 0 }))

t.test('an acceptance is remembered until the member would serve again', async t => {
  t.match(accepted('remove'), { isAccepted: true })
  t.notHas(accepted('serve'), { isAccepted: true })
})

const soon = (action: Action, more: Partial<MemberEvaluation> = {}, held?: string) =>
  mayChangeSoon(resolveStanding(evaluation(action, more), held))

t.test('a standing may change soon by health or time alone', async t => {
  t.equal(soon('serve'), false)
  t.equal(soon('none'), false)
  t.equal(soon('remove'), false)
  t.equal(soon('remove', {}, guard), true)
  t.equal(soon('retain'), true)
  t.equal(soon('drain'), true)
  t.equal(soon('suspend'), true)
  t.equal(soon('serve', { flapState: damped }), true)
})
