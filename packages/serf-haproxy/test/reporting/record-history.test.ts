import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import type { Outcome } from 'haproxy-reloader'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { isReached } from '../../src/agent/stable-round.js'
import { decide } from '../../src/decision/decide.js'
import { incumbents, noMemory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'
import type { Placement } from '../../src/rendering/rendering.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import type { AgentFact } from '../../src/reporting/agent-fact.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { emptyRecord } from '../../src/reporting/agent-record.js'
import { nextStates, noStates } from '../../src/reporting/member-states.js'
import { TimesOfMembers } from '../../src/reporting/member-times.js'
import { reduceRecord } from '../../src/reporting/reduce-record.js'
import { decisionEvents } from '../../src/reporting/round-events.js'
import type { AgentEvent } from '../../src/state/agent-event.js'
import type { MemberState } from '../../src/state/agent-state.js'
import { configurationIn } from '../agent/fake-haproxy-place.js'
import { fakeClock } from '../fake-clock.js'
import { membershipOf } from '../sample-membership.js'
import { applied, noop, outcomeFact } from './sample-facts.js'

type Status = 'alive' | 'leaving' | 'left' | 'failed'
type DecisionFact = AgentFact & { readonly kind: 'decision' }

/** Makes the facts of rounds about random members, each as whole maps or as versions of those before. */
async function randomFacts(rounds: readonly Round[]): Promise<readonly AgentFact[]> {
  const renderer = await openRenderer(configurationIn('/nowhere'))
  let memory = noMemory
  let before: DecisionFact | undefined
  return rounds.flatMap(({ statuses, passedMs, isFrozen, outcome, areVersions }, i) => {
    const membership = membershipOf(statuses)
    const facts = { membership, servers: undefined, wallTime: 5000 }
    const made = decide(memory, facts, renderer.rules, i * 10 + passedMs)
    const rendering = renderer.render(made.admitted, incumbents(memory))
    if (!isFrozen) memory = withPools(made.memory, rendering.rendered.pools)
    // The maps of the decision have versions of their own.
    const { verdicts, placement } = areVersions
      ? {
          verdicts: next(before?.decision.verdicts ?? new Map(), made.verdicts),
          placement: nextPlacement(before, rendering.placement),
        }
      : { verdicts: made.verdicts, placement: rendering.placement }
    before = {
      kind: 'decision',
      decision: { ...made, verdicts },
      rendering: { ...rendering, placement },
    }
    const ended = isFrozen ? [] : [outcomeFact(outcome)]
    return [{ kind: 'membership' as const, membership }, before, ...ended]
  })
}

interface Round {
  readonly statuses: Readonly<Record<string, Status>>
  readonly passedMs: number
  readonly isFrozen: boolean
  readonly outcome: Outcome
  readonly areVersions: boolean
}

/** Returns `after` as the next version of `before`; equal values are the same object. */
function next<V extends object>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
): VersionedMap<string, V> {
  const same = new Map(
    [...after].map(([name, value]) => {
      const known = before.get(name)
      return [name, known && isDeepStrictEqual(known, value) ? known : value]
    }),
  )
  const gone = [...before.keys()].flatMap(name =>
    after.has(name) ? [] : [[name, undefined] as const],
  )
  return VersionedMap.of(before).with([...same, ...gone])
}

function nextPlacement(
  before: DecisionFact | undefined,
  { pools, findings, lost, listed, unprinted }: Placement,
): Placement {
  const { placement } = before?.rendering ?? {}
  return {
    pools: next(placement?.pools ?? new Map(), pools),
    findings: next(placement?.findings ?? new Map(), findings),
    lost: next(placement?.lost ?? new Map(), lost),
    listed: next(placement?.listed ?? new Map(), listed),
    unprinted,
  }
}

/** The states, times and decision events of some facts, each computed from all members. */
function wholeRecord(facts: readonly AgentFact[]) {
  let [times, states] = [new TimesOfMembers(), new Map<string, MemberState>()]
  const events: AgentEvent[] = []
  for (const [i, fact] of facts.entries()) {
    if (fact.kind === 'membership')
      times = times.withStep(fact.membership.members.keys(), 'seen', i)
    if (fact.kind === 'decision') {
      const { memberStates } = nextStates(noStates, fact.decision, fact.rendering.placement)
      const changes = decisionEvents(states, new Map(memberStates))
      states = new Map(memberStates)
      for (const { member, standing } of changes) times = times.withStanding(member, standing, i)
      events.push(...changes)
    }
    if (fact.kind === 'outcome' && isReached(fact.result.outcome))
      times = times.withStep(
        [...states.values()].filter(({ pools }) => pools.length > 0).map(({ name }) => name),
        'applied',
        i,
      )
  }
  return { times, states, events }
}

const names = ['s1', 's2', 's3', 's4', 's5', 's6']
const status = fc.constantFrom<Status>('alive', 'alive', 'alive', 'leaving', 'left', 'failed')
const outcome = fc.constantFrom<Outcome>(
  applied(1),
  { kind: 'unchanged', plan: noop },
  { kind: 'deferred', cause: 'c' },
)
const round: fc.Arbitrary<Round> = fc.record({
  statuses: fc.dictionary(fc.constantFrom(...names), status),
  passedMs: fc.constantFrom(0, 5, 40_000),
  isFrozen: fc.boolean(),
  outcome,
  areVersions: fc.boolean(),
})

function sorted(events: readonly AgentEvent[]): readonly string[] {
  return events.map(event => JSON.stringify(event)).toSorted()
}

/** Fails if the record after some rounds is not the one that is computed from all members. */
async function assertWhole(rounds: readonly Round[]): Promise<void> {
  const facts = await randomFacts(rounds)
  let record = emptyRecord
  const events: AgentEvent[] = []
  for (const [at, fact] of facts.entries()) {
    const isAhead = fact.kind === 'decision' && at % 2 === 0
    const stated = isAhead && {
      stated: nextStates(record, fact.decision, fact.rendering.placement),
    }
    const made = reduceRecord(record, { ...fact, ...stated }, at)
    record = made.record
    events.push(...made.events.filter(({ kind }) => kind === 'decision'))
  }
  const whole = wholeRecord(facts)
  assert.deepStrictEqual(new Map(record.memberStates), whole.states)
  for (const name of names) assert.deepStrictEqual(record.times.of(name), whole.times.of(name))
  assert.deepStrictEqual(sorted(events), sorted(whole.events))
}

t.test('the record of any history is the one that is computed from all members', async t => {
  const rounds = fc.array(round, { minLength: 1, maxLength: 8 })
  await t.resolves(fc.assert(fc.asyncProperty(rounds, assertWhole)))
})

t.test('a decision on one member visits no other one', async t => {
  const many = Array.from({ length: 200 }, (_, i) => [`s${i}`, 'alive' as const])
  const statuses = Object.fromEntries(many) as Round['statuses']
  const round = { statuses, passedMs: 0, isFrozen: false, outcome: applied(1), areVersions: true }
  const joined = { ...statuses, joiner: 'alive' as const }
  const facts = await randomFacts([round, round, { ...round, statuses: joined }])
  const journal = new AgentJournal(fakeClock(), () => {})
  for (const fact of facts.slice(0, 7)) journal.dispatch(fact)
  const { entries } = VersionedMap.prototype
  t.teardown(() => void (VersionedMap.prototype.entries = entries))
  let iterations = 0
  VersionedMap.prototype.entries = function (this: VersionedMap<unknown, object>) {
    iterations++
    return entries.call(this)
  }
  for (const fact of facts.slice(7)) journal.dispatch(fact)
  t.equal(iterations, 0)
  t.match(journal.record.times.of('joiner'), { admitted: Number, applied: Number })
})
