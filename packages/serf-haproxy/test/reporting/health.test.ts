import t from 'tap'
import { healthOf, poolsWithoutServers, readinessOf } from '../../src/reporting/health.js'
import type { AgentState } from '../../src/state/agent-state.js'
import { serverNamed, stateWith } from '../sample-state.js'
import { applied, noop } from './sample-facts.js'

const generation = { number: 1, at: 1, cause: 'x', via: 'adopted', tookMs: 0 } as const
const quarantined = (...names: string[]) =>
  names.map(member => ({ member, pool: 'nodes', code: 'port' as const, reason: 'no port' }))
const removals = [
  { pool: 'nodes', member: 's1' },
  { pool: 'nodes', member: 's2' },
]

const pools = (...healths: ('up' | 'down' | undefined)[]) => {
  const servers = healths.map((health, i) => {
    const { health: _, ...server } = serverNamed(`s${i}`)
    return { ...server, ...(health && { health }) }
  })
  return stateWith({ pools: [{ name: 'nodes', servers }] })
}

t.test(
  'a pool whose servers are all down is named, the agent is well, and an unknown health is none',
  async t => {
    const two = pools('down', 'down')
    t.same(poolsWithoutServers(two), ['pool nodes has no server up: 2 servers are down'])
    t.equal(healthOf(two).status, 'ok')
    t.same(poolsWithoutServers(pools('down')), ['pool nodes has no server up: 1 server is down'])
    for (const state of [pools(), pools('up', 'down'), pools(undefined, 'down')])
      t.same(poolsWithoutServers(state), [])
  },
)

t.test('an agent without a condition is ok, and gives no reason', async t => {
  t.same(healthOf(stateWith()), { status: 'ok', reasons: [] })
  for (const outcome of [applied(1), { kind: 'unchanged' as const, plan: noop }])
    t.equal(healthOf(stateWith({ outcome, generation })).status, 'ok', outcome.kind)
})

/** Conditions of a degraded agent, and the reason of each. */
const conditions: readonly [Partial<AgentState>, string][] = [
  [
    { serf: { address: '[::1]:7373', connected: false, error: 'ECONNREFUSED' } },
    'the Serf agent at [::1]:7373 does not answer: ECONNREFUSED',
  ],
  [
    { serf: { address: '127.0.0.1:1', connected: false } },
    'the Serf agent at 127.0.0.1:1 does not answer: not asked yet',
  ],
  [{ haproxy: { reachable: false, error: 'timeout' } }, 'HAProxy does not answer: timeout'],
  [{ haproxy: { reachable: false } }, 'HAProxy does not answer: not asked yet'],
  [
    { outcome: { kind: 'rejected', report: '\n  line 3: unknown keyword\nline 4: more\n' } },
    'HAProxy rejects the configuration: line 3: unknown keyword',
  ],
  [
    {
      outcome: { kind: 'rejected', report: '[NOTICE] haproxy version is 2.6\n[ALERT] a.cfg:3: no' },
    },
    'HAProxy rejects the configuration: [ALERT] a.cfg:3: no',
  ],
  [{ outcome: { kind: 'rejected', report: '' } }, 'HAProxy rejects the configuration: '],
  [
    { outcome: { kind: 'rolled-back', cause: 'the reload failed' } },
    'the last attempt was rolled-back: the reload failed',
  ],
  [{ outcome: { kind: 'deferred', cause: 'ENOENT' } }, 'the last attempt was deferred: ENOENT'],
  [{ fault: { at: 1, error: 'ENOENT: a.cfg' } }, 'the last round failed: ENOENT: a.cfg'],
  [
    { fault: { at: 1, error: 'x' }, outcome: { kind: 'deferred', cause: 'of an earlier round' } },
    'the last round failed: x',
  ],
  [
    { configuration: { loadedAt: 1, refused: 'a.yaml:3: pools: x\na.yaml:4: y' } },
    "the agent's configuration is invalid: a.yaml:3: pools: x",
  ],
  [{ configuration: { loadedAt: 1, refused: '' } }, "the agent's configuration is invalid: "],
  [
    { pollFault: { at: 1, error: 'EMFILE: a.sock' } },
    'the last poll of HAProxy failed: EMFILE: a.sock',
  ],
  [
    { probeFault: { at: 1, error: 'http://a/: status 503' } },
    'the probe through HAProxy fails: http://a/: status 503',
  ],
  [
    { disk: [{ place: 'lock', at: 1, error: 'Cannot lock a: ENOSPC' }] },
    'the disk refuses the lock: Cannot lock a: ENOSPC',
  ],
  [{ mode: 'frozen', frozen: { since: 1, reason: 'upgrade' } }, 'frozen: upgrade'],
  [{ mode: 'frozen', frozen: { since: 1 } }, 'frozen'],
  [{ mode: 'frozen', frozen: { since: 1, reason: '' } }, 'frozen'],
  [{ mode: 'held', held: { since: 1, reason: 'many', removals } }, '2 removals are held: many'],
  [
    { quarantined: quarantined('s1', 's1', 's2') },
    '2 members are quarantined: s1 (nodes: no port), s2 (nodes: no port)',
  ],
]

for (const [facts, reason] of conditions)
  t.test(`the agent is degraded: ${reason}`, async t => {
    t.same(healthOf(stateWith(facts)), { status: 'degraded', reasons: [reason] })
  })

t.test('many members that are left out are counted, and the first are named', async t => {
  const names = Array.from({ length: 21 }, (_, i) => `s${String(i).padStart(2, '0')}`)
  const [reason = ''] = healthOf(stateWith({ quarantined: quarantined(...names) })).reasons
  t.match(reason, /^21 members are quarantined: s00 \(nodes: no port\), .* and 16 more$/)
  t.match(reason, /s04 /)
  t.notMatch(reason, /s05 /)
})

t.test('what a member wrote is printable, and not too long', async t => {
  const member = `\u001b[31m${'x'.repeat(2000)}`
  const found = { member, pool: 'nodes', code: 'name' as const, reason: `got\n${member}` }
  const [reason = ''] = healthOf(stateWith({ quarantined: [found] })).reasons
  t.notMatch(reason, /\p{C}/u)
  t.ok(reason.length < 300)
})

t.test('several conditions give one reason each, the most severe first', async t => {
  const { reasons } = healthOf(
    stateWith({
      quarantined: quarantined('s1'),
      mode: 'frozen',
      frozen: { since: 1 },
      held: { since: 1, reason: 'many', removals },
      outcome: { kind: 'deferred', cause: 'x' },
      haproxy: { reachable: false, error: 'y' },
      serf: { address: 'a', connected: false, error: 'z' },
    }),
  )
  t.same(reasons, [
    'the Serf agent at a does not answer: z',
    'HAProxy does not answer: y',
    'the last attempt was deferred: x',
    'frozen',
    '2 removals are held: many',
    '1 member is quarantined: s1 (nodes: no port)',
  ])
})

t.test('an agent is ready once HAProxy runs a configuration of its own', async t => {
  const notYet = { ready: false, reasons: ['no configuration is applied yet'] }
  t.same(readinessOf(stateWith()), notYet)
  t.same(readinessOf(stateWith({ outcome: { kind: 'deferred', cause: 'x' } })), notYet)
  t.same(readinessOf(stateWith({ outcome: { kind: 'rejected', report: 'x' } })), notYet)
  const ready = { ready: true, reasons: [] }
  t.same(readinessOf(stateWith({ generation })), ready)
  t.same(readinessOf(stateWith({ outcome: { kind: 'unchanged', plan: noop } })), ready)
})

t.test('a rejected change leaves an agent ready that has applied one before', async t => {
  const state = stateWith({ generation, outcome: { kind: 'rejected', report: 'x' } })
  t.ok(readinessOf(state).ready)
  t.equal(healthOf(state).status, 'degraded')
})

t.test('a refused configuration is a reason of an agent that stays ready', async t => {
  const configuration = { loadedAt: 1, refused: 'a.yaml:3: x\na.yaml:4: y' }
  t.same(readinessOf(stateWith({ generation, configuration })), {
    ready: true,
    reasons: ["the agent's configuration is invalid: a.yaml:3: x"],
  })
})

t.test('only a missing component or a failed round makes an agent unready later', async t => {
  const unready = conditions.filter(
    ([facts]) => !readinessOf(stateWith({ generation, ...facts })).ready,
  )
  t.same(unready.map(([facts]) => Object.keys(facts)).flat(), [
    'serf',
    'serf',
    'haproxy',
    'haproxy',
    'fault',
    'fault',
    'outcome',
    'pollFault',
  ])
})

t.test('an unready agent gives every reason', async t => {
  const state = stateWith({
    serf: { address: 'a', connected: false },
    haproxy: { reachable: false },
  })
  t.equal(readinessOf(state).reasons.length, 3)
})

t.test('a freeze and a disk that refuses are reasons of an agent that stays ready', async t => {
  const disk = [{ place: 'generations', at: 1, error: 'ENOSPC' }] as const
  const state = stateWith({ generation, mode: 'frozen', frozen: { since: 1, reason: 'x' }, disk })
  t.same(readinessOf(state), {
    ready: true,
    reasons: ['the disk refuses the generations: ENOSPC', 'frozen: x'],
  })
})
