import t from 'tap'
import type { AgentFact } from '../../src/reporting/agent-fact.js'
import { membershipOf } from '../sample-membership.js'
import { applied, decisionOn, noop, outcomeFact, recordAfter } from './sample-facts.js'

/** Kinds and texts of the events after some facts. */
const eventsOf = (facts: readonly AgentFact[]) =>
  recordAfter(facts).events.map(({ kind, text }) => [kind, text])

const reachable = (isUp: boolean): AgentFact => ({
  kind: 'observation',
  observation: {
    haproxy: isUp ? { reachable: true } : { reachable: false, error: 'ENOENT' },
    servers: new Map(),
  },
})
const drift = (count: number, last?: string): AgentFact => ({ kind: 'drift', count, last })
const probe = (problem?: string): AgentFact => ({ kind: 'probe', problem })
const failure = (error: Error): AgentFact => ({ kind: 'failure', error })

t.test('a snapshot leads to the events of its changes', async t => {
  const membership = membershipOf({ s1: 'alive' })
  t.same(
    eventsOf([
      { kind: 'membership', membership },
      { kind: 'membership', membership },
    ]),
    [
      ['connection', 'The Serf agent answers'],
      ['membership', 's1 joined'],
    ],
  )
})

t.test('a decision leads to one event for each changed standing', async t => {
  const first = await decisionOn({ s1: 'alive' })
  const { memory } = first
  const servers = new Map()
  const second = await decisionOn({ s1: 'left', s2: 'alive' }, { memory, servers })
  const { events } = recordAfter([first.fact, first.fact, second.fact])
  t.match(events, [
    { kind: 'decision', member: 's1', standing: 'serving' },
    { kind: 'decision', member: 's1', standing: 'gone', before: 'serving' },
    { kind: 'decision', member: 's2', standing: 'serving' },
  ])
})

t.test('a changed quarantine is one event, and an equal one is none', async t => {
  const pools = [{ name: 'nodes', role: 'backend', port: { tag: 'port' } }]
  const { fact } = await decisionOn({ s1: 'alive' }, {}, { pools })
  const { events } = recordAfter([fact, structuredCloneOf(fact)])
  t.same(
    events.filter(({ kind }) => kind === 'quarantine').map(({ text }) => text),
    ['1 member is left out of a pool'],
  )
})

t.test('held removals are one event, and their end is another', async t => {
  const removals = [
    { pool: 'a', member: 's9' },
    { pool: 'b', member: 's9' },
  ]
  const held: AgentFact = { kind: 'unknown-servers', held: { reason: 'too many', removals } }
  const { fact } = await decisionOn({})
  t.same(eventsOf([held, held, fact, fact]), [
    ['held', '1 removal is held: too many'],
    ['released', 'Held removals released'],
  ])
})

t.test('a new outcome is an event; a repeated or unchanged one is not', async t => {
  const deferred = outcomeFact({ kind: 'deferred', cause: 'HAProxy does not run' })
  const unchanged = outcomeFact({ kind: 'unchanged', plan: noop })
  const { events } = recordAfter([deferred, deferred, unchanged, outcomeFact(applied(2), 4)])
  t.match(events, [
    { kind: 'outcome', outcome: { kind: 'deferred' }, cause: 's1 joined' },
    { kind: 'outcome', outcome: { kind: 'applied' }, reactedInMs: 4 },
  ])
  t.equal(events.length, 2)
  t.notOk('reactedInMs' in (events[0] ?? {}))
})

t.test('the connection to HAProxy is an event when it changes', async t => {
  t.same(eventsOf([reachable(true), reachable(true), reachable(false), reachable(true)]), [
    ['connection', 'HAProxy answers'],
    ['connection', 'HAProxy does not answer: ENOENT'],
    ['connection', 'HAProxy answers'],
  ])
})

t.test('drift is an event when it grows', async t => {
  t.same(eventsOf([drift(0), drift(1, 'weight of s1'), drift(1, 'weight of s1'), drift(3)]), [
    ['drift', 'Corrected drift: weight of s1'],
    ['drift', 'Corrected drift: unknown'],
  ])
})

t.test('each freeze is an event, and the end of one', async t => {
  t.same(
    eventsOf([
      { kind: 'mode-restored', frozen: undefined },
      { kind: 'freeze', frozen: {} },
      { kind: 'freeze', frozen: { reason: 'maintenance' } },
      { kind: 'mode-restored', frozen: undefined },
      { kind: 'mode-restored', frozen: undefined },
    ]),
    [
      ['frozen', 'Frozen: changes are not applied: no reason given'],
      ['frozen', 'Frozen: changes are not applied: maintenance'],
      ['thawed', 'Changes are applied again'],
    ],
  )
})

t.test('a failure is an event once, with its code', async t => {
  const known = failure(Object.assign(new Error('full'), { code: 'ENOSPC' }))
  const { events } = recordAfter([known, known, failure(new Error('other')), known])
  t.same(events, [
    { kind: 'error', error: 'full', code: 'ENOSPC', text: 'full' },
    { kind: 'error', error: 'other', text: 'other' },
    { kind: 'error', error: 'full', code: 'ENOSPC', text: 'full' },
  ])
})

t.test('a probe is an event when it begins to fail, and when it passes again', async t => {
  t.same(eventsOf([probe(), probe('503'), probe('503'), probe('504'), probe(), probe()]), [
    ['probe-failed', 'The probe through HAProxy fails: 503'],
    ['probe-passed', 'The probe through HAProxy passes again'],
  ])
  const { record } = recordAfter([probe('503'), probe('504')])
  t.same(record.probeFault, { at: 1, error: '504' })
})

t.test('a direct event is passed on as it is', async t => {
  const event = { kind: 'rejoin' as const, members: ['s1'], text: 'x' }
  t.same(recordAfter([{ kind: 'event', event }]).events, [event])
})

/** The same decision, made of other objects. */
function structuredCloneOf(fact: Awaited<ReturnType<typeof decisionOn>>['fact']) {
  const { rendering } = fact
  return {
    ...fact,
    rendering: { ...rendering, quarantined: structuredClone(rendering.quarantined) },
  }
}
