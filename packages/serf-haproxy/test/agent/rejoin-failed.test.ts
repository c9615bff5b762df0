import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { FailedInSerf, FailedMembers, type Rejoin } from '../../src/agent/rejoin-failed.js'
import type { Facts } from '../../src/decision/evaluate-member.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { fakeClock } from '../fake-clock.js'
import { membershipOf } from '../sample-membership.js'

/** Facts with members by their status in Serf, and the healthy ones of them in HAProxy. */
const factsOf = (
  statuses: Record<string, 'alive' | 'failed' | 'left'>,
  up: readonly string[],
): Facts => ({
  membership: membershipOf(statuses),
  servers: new Map(
    Object.keys(statuses).map(name => [name, { health: up.includes(name) ? 'up' : 'down' }]),
  ),
  wallTime: 0,
})

const cut = factsOf({ s1: 'failed', s2: 'failed', s3: 'failed', s4: 'alive' }, ['s1', 's2', 's4'])

const namesOf = (facts: Facts) => new FailedInSerf().healthyOf(facts).map(({ name }) => name)

t.test('only members that failed in Serf and are healthy in HAProxy are selected', async t => {
  t.same(namesOf(cut), ['s1', 's2'])
  t.same(namesOf(factsOf({ s1: 'left', s2: 'alive' }, ['s1', 's2'])), [])
  t.same(namesOf({ ...cut, servers: undefined }), [], 'without a status of HAProxy')
  const away = { ...cut, membership: { ...cut.membership, connected: false } }
  t.same(namesOf(away), [], 'without a Serf agent')
})

/** Fails if the selection by changes is not the one from all members. */
function assertWhole(history: readonly Record<string, 'alive' | 'failed' | 'left'>[]): void {
  const failed = new FailedInSerf()
  for (const each of history) {
    const facts = factsOf(each, ['s1', 's2'])
    const found = failed.healthyOf(facts).map(({ name }) => name)
    assert.deepStrictEqual(found.toSorted(), namesOf(facts).toSorted())
  }
}

t.test('the selection by changes finds the members of a selection from all', async () => {
  const status = fc.constantFrom('alive' as const, 'failed' as const, 'left' as const)
  const statuses = fc.dictionary(fc.constantFrom('s1', 's2', 's3'), status)
  fc.assert(fc.property(fc.array(statuses, { maxLength: 5 }), assertWhole))
})

t.test('failed members are rejoined one at a time, in turn, and reported once', async t => {
  const events: string[] = []
  const journal = new AgentJournal(fakeClock(), ({ text }) => events.push(text))
  const failed = new FailedMembers(journal)
  const asked: string[] = []
  const calls: { end(isFound: boolean): void; fail(error: Error): void }[] = []
  const rejoin: Rejoin = ({ name }) => {
    asked.push(name)
    return new Promise((end, fail) => calls.push({ end, fail }))
  }
  const { signal } = new AbortController()
  const next = (now: number, facts: Facts, rejoinMs = 1000) =>
    failed.rejoinNext({ facts, now }, { rejoin, rejoinMs, signal })
  await next(0, cut, 0)
  t.same([...asked, ...events], [], 'none with an interval of 0')
  const first = next(0, cut)
  await next(2000, cut)
  t.same(asked, ['s1'], 'not two at once')
  calls[0]?.end(false)
  await first
  await next(500, cut)
  t.same(asked, ['s1'], 'not before the interval has passed')
  const second = next(1000, cut)
  calls[1]?.fail(new Error('the agent does not answer'))
  await second
  void next(3000, cut)
  t.same(asked, ['s1', 's2', 's1'])
  t.equal(journal.record.counters.rejoins, 3)
  t.same(events, ['Rejoining 2 members that failed in Serf and are healthy in HAProxy'])
  await next(9000, factsOf({ s1: 'alive' }, ['s1']))
  await next(9500, { ...cut, membership: { ...cut.membership, connected: false } })
  await next(9500, { ...cut, servers: undefined })
  t.equal(events.length, 1)
  await next(9600, factsOf({ s1: 'failed' }, ['s1']))
  t.equal(events.length, 2, 'a later series is reported again')
})

t.test('a rejoin gets the signal of its run', async t => {
  const stop = new AbortController()
  const failed = new FailedMembers(new AgentJournal(fakeClock(), () => {}))
  let given: AbortSignal | undefined
  const rejoin: Rejoin = async (_, { signal }) => {
    given = signal
    return true
  }
  await failed.rejoinNext({ facts: cut, now: 0 }, { rejoin, rejoinMs: 1, signal: stop.signal })
  t.equal(given, stop.signal)
})
