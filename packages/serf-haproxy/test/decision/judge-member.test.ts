import t from 'tap'
import {
  isGraceOver,
  judgeMember,
  type Judgement,
  type MemberContext,
  type SerfStatus,
} from '../../src/decision/judge-member.js'

type Serf = SerfStatus['status'] | 'suspect'
type Health = MemberContext['health']
type Action = Judgement['action']
type Rule = Judgement['decidedBy']

const statusOf = (serf: Serf): SerfStatus =>
  serf === 'suspect' ? { status: 'alive', suspect: true } : { status: serf, suspect: false }

function judge(serf: Serf, health: Health, more: Partial<MemberContext> = {}): Judgement {
  const times = { doubtedForMs: 0, failedGraceMs: 1000, leavingForMs: 0, leavingGraceMs: 500 }
  return judgeMember(statusOf(serf), { isAdmitted: true, health, ...times, ...more })
}

/** Each status in Serf, with the action and the rule for each health of an admitted member. */
const admitted: readonly [Serf, Readonly<Record<Health, readonly [Action, Rule]>>][] = [
  [
    'alive',
    {
      up: ['serve', 'serf-status'],
      down: ['serve', 'serf-status'],
      absent: ['serve', 'serf-status'],
      unknown: ['serve', 'serf-status'],
    },
  ],
  [
    'suspect',
    {
      up: ['suspend', 'suspicion'],
      down: ['suspend', 'suspicion'],
      absent: ['none', 'suspicion'],
      unknown: ['suspend', 'suspicion'],
    },
  ],
  [
    'leaving',
    {
      up: ['drain', 'serf-status'],
      down: ['none', 'health'],
      absent: ['none', 'health'],
      unknown: ['drain', 'serf-status'],
    },
  ],
  [
    'left',
    {
      up: ['none', 'serf-status'],
      down: ['none', 'serf-status'],
      absent: ['none', 'serf-status'],
      unknown: ['none', 'serf-status'],
    },
  ],
  ...(['failed', 'absent', 'none'] as const).map(
    (serf): [Serf, Readonly<Record<Health, readonly [Action, Rule]>>] => [
      serf,
      {
        up: ['retain', 'health'],
        down: ['remove', 'health'],
        absent: ['none', 'serf-status'],
        unknown: ['retain', 'grace'],
      },
    ],
  ),
]

const healths = ['up', 'down', 'absent', 'unknown'] as const

t.test('an admitted member gets its action by status and health', async t => {
  for (const [serf, byHealth] of admitted) {
    for (const health of healths) {
      const { action, decidedBy } = judge(serf, health)
      t.same([action, decidedBy], byHealth[health], `${serf}, ${health}`)
    }
  }
})

t.test('a member that is not admitted gets traffic only if it is alive and answers', async t => {
  for (const [serf] of admitted) {
    for (const health of healths) {
      const { action } = judge(serf, health, { isAdmitted: false })
      t.equal(action, serf === 'alive' ? 'serve' : 'none', `${serf}, ${health}`)
    }
  }
})

t.test('the grace time ends exactly at its last millisecond', async t => {
  for (const health of ['up', 'unknown'] as const) {
    t.equal(judge('failed', health, { doubtedForMs: 999 }).action, 'retain')
    t.match(judge('failed', health, { doubtedForMs: 1000 }), {
      action: 'remove',
      decidedBy: 'grace',
    })
  }
  t.equal(isGraceOver(999, 1000), false)
  t.equal(isGraceOver(999.999, 1000), false)
  t.equal(isGraceOver(1000, 1000), true)
  t.equal(isGraceOver(0, 0), true)
})

t.test('a member that goes on leaving counts as present, from the last millisecond', async t => {
  const late = { leavingForMs: 500 }
  for (const health of ['up', 'down', 'absent'] as const) {
    t.not(judge('leaving', health, { leavingForMs: 499 }).action, 'serve')
    t.same(judge('leaving', health, late), {
      action: 'serve',
      decidedBy: 'health',
      reason: 'leaving in Serf for more than 500 ms, so it does not leave',
    })
  }
  t.equal(judge('leaving', 'unknown', { ...late, isAdmitted: false }).action, 'serve')
  t.equal(judge('leaving', 'unknown', late).action, 'drain', 'it was not seen to answer')
  t.equal(judge('left', 'up', late).action, 'none')
})

t.test('without a grace time a failed member is removed at once', async t => {
  t.equal(judge('failed', 'up', { failedGraceMs: 0 }).action, 'remove')
})

t.test('a server that is down is removed by its health, not by the grace time', async t => {
  const late = judge('failed', 'down', { doubtedForMs: 5000 })
  t.same(late, {
    action: 'remove',
    decidedBy: 'health',
    reason: 'failed in Serf, and HAProxy finds it down',
  })
})

t.test('each reason names what Serf and HAProxy report', async t => {
  const reasons: readonly [Judgement, string][] = [
    [judge('alive', 'up'), 'alive in Serf'],
    [judge('suspect', 'up'), 'it is suspect: no answer to a probe of the Serf agent'],
    [judge('suspect', 'absent'), 'it is suspect, and has to answer before it gets traffic'],
    [judge('leaving', 'up'), 'it is leaving'],
    [judge('leaving', 'down'), 'it is leaving, and HAProxy sends it no traffic'],
    [judge('left', 'up'), 'it left'],
    [judge('failed', 'absent'), 'failed in Serf'],
    [judge('failed', 'up'), 'failed in Serf, but HAProxy finds it healthy'],
    [judge('absent', 'unknown'), 'no longer known to Serf, but HAProxy cannot be asked'],
    [
      judge('absent', 'up', { doubtedForMs: 2000 }),
      'no longer known to Serf, and its grace time of 1000 ms is over',
    ],
  ]
  for (const [{ reason }, expected] of reasons) t.equal(reason, expected)
})
