import * as fc from 'fast-check'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import type { AgentFact } from '../../src/reporting/agent-fact.js'
import { emptyRecord, frozenOf, keptOf } from '../../src/reporting/agent-record.js'
import { reduceRecord } from '../../src/reporting/reduce-record.js'
import { membershipOf } from '../sample-membership.js'
import { applied, decisionOn, noop, outcomeFact, recordAfter } from './sample-facts.js'

const failure = (message: string) => ({ kind: 'failure', error: new Error(message) }) as const
const failedPoll = (message: string): AgentFact => ({ ...failure(message), isPoll: true })
const observation = (servers: object = {}, reachable = true): AgentFact => ({
  kind: 'observation',
  observation: {
    haproxy: reachable ? { reachable } : { reachable, error: 'ENOENT' },
    servers: new Map(Object.entries(servers)),
  },
})
const drift = (count: number): AgentFact => ({ kind: 'drift', count, last: 'weight of s1' })
const held = { reason: 'unknown', removals: [{ pool: 'nodes', member: 's9' }] }

t.test('a snapshot is kept, with the time at which each member was first seen', async t => {
  const membership = membershipOf({ s1: 'alive' })
  const { record } = recordAfter([{ kind: 'membership', membership }])
  t.equal(record.membership, membership)
  t.same(record.times.of('s1'), { seen: 1 })
  t.ok(record.wasConnected)
})

t.test('a Serf agent that answered once has answered for good', async t => {
  const away = membershipOf({}, { connected: false })
  const { record } = recordAfter([{ kind: 'membership', membership: away }])
  t.notOk(record.wasConnected)
  const back = recordAfter(
    [
      { kind: 'membership', membership: membershipOf({}) },
      { kind: 'membership', membership: away },
    ],
    record,
  )
  t.ok(back.record.wasConnected)
})

t.test('a decision sets the states of the members and their times', async t => {
  const { fact } = await decisionOn({ s1: 'alive', s2: 'left' })
  const { record } = recordAfter([fact])
  t.equal(record.memberStates.get('s1')?.standing, 'serving')
  t.equal(record.memberStates.get('s2')?.standing, 'gone')
  t.same(record.times.of('s1'), { admitted: 1 })
  t.equal(record.rendering, fact.rendering)
})

t.test('an applied outcome sets generation, latency and the times of the servers', async t => {
  const { fact } = await decisionOn({ s1: 'alive' })
  const { record } = recordAfter([fact, failedPoll('disk'), outcomeFact(applied(7), 3)])
  t.same(record.generation, { number: 7, at: 3, cause: 's1 joined', via: 'runtime', tookMs: 2 })
  t.equal(record.latency.count, 1)
  t.equal(record.pollFault?.error, 'disk', 'only a poll ends it')
  t.match(record.times.of('s1'), { admitted: 1, applied: 3 })
  t.match(record.counters, { plans: { runtime: 1 }, causes: { log: 1 }, outcomes: { applied: 1 } })
})

t.test('an outcome without a measured reaction leaves the latency as it is', async t => {
  t.equal(recordAfter([outcomeFact(applied(1))]).record.latency, emptyRecord.latency)
})

t.test('an unchanged outcome starts no generation', async t => {
  const { record } = recordAfter([outcomeFact({ kind: 'unchanged', plan: noop })])
  t.equal(record.generation, undefined)
})

for (const outcome of [
  { kind: 'rejected', report: 'r' },
  { kind: 'rolled-back', cause: 'c' },
  { kind: 'deferred', cause: 'c' },
  { kind: 'superseded' },
] as const) {
  t.test(`${outcome.kind} keeps the generation and the times`, async t => {
    const { fact } = await decisionOn({ s1: 'alive' })
    const { record } = recordAfter([fact, failedPoll('disk'), outcomeFact(outcome)])
    t.equal(record.pollFault?.error, 'disk')
    t.equal(record.generation, undefined)
    t.equal(record.times.of('s1').applied, undefined)
  })
}

t.test('an equal outcome stays the same object', async t => {
  const first = recordAfter([outcomeFact({ kind: 'deferred', cause: 'c' })]).record
  const second = recordAfter([outcomeFact({ kind: 'deferred', cause: 'c' })], first).record
  t.equal(second.outcome, first.outcome)
  t.equal(second.counters.outcomes['deferred'], 2)
})

t.test('an observation notes healthy servers and first requests', async t => {
  const server = { pool: 'nodes', name: 's1', status: 'UP', check: 'L7OK', totalSessions: 0 }
  const { record } = recordAfter([
    observation({ 'nodes/s1': { ...server, check: '' } }),
    observation({ 'nodes/s1': server }),
    observation({ 'nodes/s1': { ...server, totalSessions: 4 } }),
  ])
  t.same(record.times.of('s1'), { firstHealthy: 2, firstRequest: 3 })
  t.match(record.observation?.haproxy, { reachable: true, seenAt: 3 })
})

t.test('drift counts up only', async t => {
  const { record } = recordAfter([drift(2), drift(1), drift(2)])
  t.equal(record.counters.drift, 2)
})

t.test('a repeated failure is counted, and keeps the time of the first', async t => {
  const { record } = recordAfter([failure('disk'), failure('disk'), failure('other')])
  t.equal(record.counters.errors, 3)
  t.same(record.fault, { at: 3, error: 'other' })
  t.same(recordAfter([failure('disk'), failure('disk')]).record.fault, { at: 1, error: 'disk' })
})

t.test(
  'the fault of a round lasts until a round ends, whatever fails or ends beside it',
  async t => {
    const { record, events } = recordAfter([
      failure('disk'),
      failedPoll('poll'),
      failure('disk'),
      failedPoll('poll'),
      outcomeFact(applied(1)),
    ])
    t.same(record.fault, { at: 1, error: 'disk' })
    t.same(
      events.flatMap(event => (event.kind === 'error' ? event.error : [])),
      ['disk', 'poll'],
    )
    t.equal(recordAfter([{ kind: 'round-done' }], record).record.fault, undefined)
  },
)

t.test('a freeze on top of a freeze keeps its start', async t => {
  const { record } = recordAfter([
    { kind: 'freeze', frozen: { reason: 'a' } },
    { kind: 'freeze', frozen: { reason: 'b', generation: 3 } },
  ])
  t.same(record.frozen, { since: 1, reason: 'b', generation: 3 })
})

t.test('a restored mode is taken as it is', async t => {
  const frozen = { since: 77, reason: 'a' }
  const { record, events } = recordAfter([{ kind: 'mode-restored', frozen }])
  t.equal(record.frozen, frozen)
  t.same(events, [])
  t.equal(
    recordAfter([{ kind: 'mode-restored', frozen: undefined }], record).record.frozen,
    undefined,
  )
})

t.test('unknown servers are held from the first time on, with the newest reason', async t => {
  const more = { reason: 'other', removals: [] }
  const { record } = recordAfter([
    { kind: 'unknown-servers', held },
    { kind: 'unknown-servers', held: more },
  ])
  t.same(record.held, { since: 1, ...more }, 'with the counts of now')
})

t.test('held removals are counted once, and are the same array while they are equal', async t => {
  const all = { s1: 'alive', s2: 'alive', s3: 'alive' } as const
  const failed = { s1: 'failed', s2: 'failed', s3: 'alive' } as const
  const down = new Map(Object.keys(all).map(name => [name, { health: 'down' as const }]))
  const first = await decisionOn(all)
  const lost = await decisionOn(failed, { memory: first.memory, servers: down, now: 1 })
  const still = await decisionOn(failed, { memory: lost.memory, servers: down, now: 2 })
  const back = await decisionOn(all, { memory: still.memory, now: 3 })
  const { record: before } = recordAfter([first.fact, lost.fact])
  t.match(before.held, {
    since: 5000,
    removals: [{ pool: 'nodes', member: 's1' }, { member: 's2' }],
  })
  const { record: after } = recordAfter([still.fact], before)
  t.equal(after.held?.removals, before.held?.removals)
  t.equal(after.counters.held, 1)
  t.equal(recordAfter([back.fact], after).record.held, undefined)
})

t.test('a member that becomes damped is counted', async t => {
  const { fact } = await decisionOn({ s1: 'alive' })
  const verdicts = VersionedMap.of(
    [...fact.decision.verdicts].map(
      ([name, verdict]) => [name, { ...verdict, standing: 'damped' as const }] as const,
    ),
  )
  const damped = { ...fact, decision: { ...fact.decision, verdicts } }
  t.equal(recordAfter([fact, damped, damped]).record.counters.damped, 1)
})

t.test('rounds and rejoin requests are counted, and are no events', async t => {
  const { record, events } = recordAfter([
    { kind: 'round' },
    { kind: 'rejoin-request' },
    { kind: 'round' },
  ])
  t.match(record.counters, { rounds: 2, rejoins: 1 })
  t.same(events, [])
})

const anyFact: fc.Arbitrary<AgentFact> = fc.oneof(
  fc.constantFrom<AgentFact>(
    { kind: 'round' },
    { kind: 'rejoin-request' },
    { kind: 'membership', membership: membershipOf({ s1: 'alive' }) },
    { kind: 'membership', membership: membershipOf({}, { connected: false }) },
    { kind: 'mode-restored', frozen: undefined },
    { kind: 'freeze', frozen: { reason: 'x' } },
    { kind: 'unknown-servers', held },
    observation(),
    observation({}, false),
    outcomeFact({ kind: 'unchanged', plan: noop }),
    outcomeFact({ kind: 'rejected', report: 'r' }),
    outcomeFact(applied(3), 1),
  ),
  fc.string().map(failure),
  fc.nat(5).map((count): AgentFact => ({ kind: 'drift', count, last: undefined })),
)

t.test('no fact changes the record before it, and no counter goes down', async t => {
  const isPure = fc.property(fc.array(anyFact, { maxLength: 30 }), facts => {
    let record = emptyRecord
    for (const [i, fact] of facts.entries()) {
      const copy = structuredClone({ ...record, times: undefined })
      const { record: next } = reduceRecord(record, fact, i)
      if (JSON.stringify({ ...record, times: undefined }) !== JSON.stringify(copy)) return false
      const { rounds, errors, held: holds, drift, rejoins, reloads } = record.counters
      const now = next.counters
      const isUp =
        now.rounds >= rounds &&
        now.errors >= errors &&
        now.held >= holds &&
        now.drift >= drift &&
        now.rejoins >= rejoins &&
        now.reloads >= reloads
      if (!isUp) return false
      record = next
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(isPure))
})

t.test(
  'a release outlasts a thaw, and leaves the freeze of an operator for the next agent',
  async t => {
    const { record } = recordAfter([
      { kind: 'freeze', frozen: { reason: 'maintenance' } },
      { kind: 'release' },
    ])
    t.match(frozenOf(record), { reason: 'released', isReleased: true })
    t.match(keptOf(record).frozen, { reason: 'maintenance' })
    const thawed = recordAfter([{ kind: 'mode-restored', frozen: undefined }], record)
    t.match(frozenOf(thawed.record), { isReleased: true })
    t.same(thawed.events, [], 'changes are not applied again')
    t.equal(keptOf(thawed.record).frozen, undefined)
  },
)
