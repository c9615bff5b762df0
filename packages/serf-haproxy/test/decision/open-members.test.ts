import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { decide, type Decision } from '../../src/decision/decide.js'
import type { Facts, Rules, ServerFacts } from '../../src/decision/evaluate-member.js'
import {
  noMemory,
  withAccepted,
  withPlaces,
  type Memory,
  type PlacedMemory,
} from '../../src/decision/member-memory.js'
import { openMembers } from '../../src/decision/open-members.js'
import { factsOf, rules, type Scene } from './decision-scene.js'

const names = ['s1', 's2', 's3', 's4', 's5', 's6']
type Member = Facts['membership']['members'] extends ReadonlyMap<string, infer M> ? M : never

/** One change of the world, after some time. */
const change = fc.record({
  passedMs: fc.constantFrom(0, 10, 600, 6000, 40_000),
  members: fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      status: fc.constantFrom('alive', 'alive', 'alive', 'leaving', 'left', 'failed', 'absent'),
      address: fc.constantFrom<string>('10.0.0.1', '10.0.1.s1', '10.0.1.s2'),
      tag: fc.constantFrom('b', 'b', 'c'),
    }),
    { maxLength: 2 },
  ),
  suspects: fc.subarray(names, { maxLength: 2 }),
  servers: fc.option(
    fc.dictionary(
      fc.constantFrom(...names),
      fc.record({
        health: fc.constantFrom('up', 'down'),
        provenIn: fc.subarray(['one', 'two']),
      }),
    ),
    { nil: undefined },
  ),
  connected: fc.constantFrom(true, true, true, true, false),
  inTwo: fc.subarray(names),
  accepts: fc.option(fc.constantFrom(...names), { nil: undefined, freq: 8 }),
  drained: fc.oneof(
    { weight: 3, arbitrary: fc.constant<string[]>([]) },
    fc.subarray(names, { maxLength: 2 }),
  ),
})
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

/** Rounds after which all members serve, and are settled. */
const calm: readonly Change[] = [names, [], []].map(joined => ({
  passedMs: 10,
  members: joined.map(name => ({ name, status: 'alive', address: `10.0.1.${name}`, tag: 'b' })),
  suspects: [],
  servers: {},
  connected: true,
  inTwo: ['s1', 's2', 's3'],
  accepts: undefined,
  drained: [],
}))

/** In calm histories members are often settled; in others they may stay away for many rounds. */
const history = fc
  .tuple(fc.array(change, { minLength: 1, maxLength: 12 }), fc.constantFrom(3, 12))
  .map(([steps, every]) => steps.flatMap((step, i) => (i % every === 0 ? [...calm, step] : [step])))
const limits = fc.record({
  maxLostShare: fc.constantFrom(0.3, 0.5, 1),
  minServers: fc.constantFrom(0, 1, 2),
  windowMs: fc.constant(30_000),
})
/** With a short half-life a member that is gone is settled soon. */
const damping = fc.record({
  flaps: fc.constantFrom(1, 5),
  halfLifeMs: fc.constantFrom(100, 30_000),
})

function nextMembers(members: VersionedMap<string, Member>, step: Change) {
  return members.with(
    step.members.map(({ name, status, address, tag }) => {
      if (status === 'absent') return [name, undefined] as const
      return [name, { name, status, address, port: 7946, tags: { role: tag } }] as const
    }),
  )
}

/** Returns the pools of the admitted members: all in `one`, some also in `two`. */
function placesOf(
  { admitted }: Decision,
  before: PlacedMemory['places'],
  inTwo: readonly string[],
) {
  const places = VersionedMap.of(before)
  return places.with(
    names.map(name => {
      if (!admitted.has(name)) return [name, undefined] as const
      const pools = inTwo.includes(name) ? ['one', 'two'] : ['one']
      const known = places.get(name)
      return [name, known?.join() === pools.join() ? known : pools] as const
    }),
  )
}

/** A series of decisions; an incremental one knows the decision before. */
class Decisions {
  memory: Memory = noMemory
  #places: PlacedMemory['places'] = VersionedMap.of<string, readonly string[]>([])
  #before: Decision | undefined
  readonly #isIncremental: boolean

  constructor(isIncremental: boolean) {
    this.#isIncremental = isIncremental
  }

  next(facts: Facts, now: number, step: Change, own: Rules): Decision {
    if (step.accepts !== undefined) this.memory = withAccepted(this.memory, [step.accepts])
    const before = this.#isIncremental ? this.#before : undefined
    const decision = decide(this.memory, facts, own, now, before)
    const places = placesOf(decision, this.#places, step.inTwo)
    const placed = before && { memory: this.memory, places: this.#places }
    this.memory = withPlaces(decision.memory, places, placed)
    this.#places = places
    this.#before = decision
    return decision
  }
}

const entries = <V>(map: ReadonlyMap<string, V>) =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

const resultOf = ({ verdicts, admitted, held, mayChangeSoon, memory }: Decision) => ({
  verdicts: entries(verdicts),
  admitted: entries(admitted),
  held,
  mayChangeSoon,
  members: entries(memory.members),
  heldSince: memory.heldSince,
})

t.test('in any history, a decision on the open members is the decision on all', async t => {
  const reached = new Set<string>()
  fc.assert(
    fc.property(history, limits, damping, (steps, guard, damping) => {
      const own = { ...rules, guard, damping }
      const [incremental, whole] = [new Decisions(true), new Decisions(false)]
      let members = VersionedMap.of<string, Member>([])
      let now = 1000
      for (const step of steps) {
        now += step.passedMs
        members = nextMembers(members, step)
        const suspects = new Set(
          step.suspects.filter(name => members.get(name)?.status === 'alive'),
        )
        const facts: Facts = {
          membership: { members, suspects, connected: step.connected, self: 's6' },
          servers: step.servers && new Map<string, ServerFacts>(Object.entries(step.servers)),
          wallTime: now,
          drained: new Map(step.drained.map(member => [member, { member, since: now }])),
        }
        const expected = whole.next(facts, now, step, own)
        const decision = incremental.next(facts, now, step, own)
        assert.deepStrictEqual(resultOf(decision), resultOf(expected))
        assert.deepStrictEqual(entries(incremental.memory.members), entries(whole.memory.members))
        for (const [name, { standing }] of decision.verdicts)
          reached.add(`${standing}, ${decision.basis.open.has(name) ? 'open' : 'settled'}`)
      }
    }),
    { numRuns: 300 },
  )
  const all = ['serving', 'draining', 'kept-by-health', 'held', 'damped', 'gone']
  const expected = [
    ...all.map(standing => `${standing}, open`),
    'serving, settled',
    'gone, settled',
  ]
  t.same([...reached].toSorted(), expected.toSorted())
})

const alive = (count: number): Scene['serf'] =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, 'alive' as const]))

/** Decides three times on as many members, so that they are settled. */
function settle(count: number) {
  const { membership } = factsOf({ serf: alive(count) })
  const members = VersionedMap.of(membership.members)
  const facts = { membership: { ...membership, members }, servers: undefined, wallTime: 0 }
  const places = new Map([...members.keys()].map(name => [name, ['one']]))
  let decision: Decision | undefined
  let memory: Memory = noMemory
  for (let now = 0; now < 3; now++) {
    decision = decide(memory, facts, rules, now, decision)
    memory = withPlaces(decision.memory, places)
  }
  return { members, facts, decision, memory }
}

t.test('members that serve are settled, and only changes of their own open them', async t => {
  const { members, facts, decision, memory } = settle(20)
  const open = (membership: Partial<Facts['membership']>) =>
    openMembers(
      decision?.basis,
      memory,
      { membership: { ...facts.membership, ...membership } },
      { rules, now: 3 },
    )
  t.same(open({}), new Set())
  t.equal(decision?.basis.settled.get('one'), 20)
  const s3 = members.get('s3')
  const moved = s3 && { ...s3, address: '10.9.9.9' }
  t.same(open({ members: members.with([['s3', moved]]) }), new Set(['s3']))
  t.same(open({ suspects: new Set(['s4']) }), new Set(['s4']))
  t.equal(open({ connected: false }), undefined, 'all of them, while the Serf agent is away')
  t.equal(open({ self: 's1' }), undefined, 'all of them, with another balancer')
})

/** Decides on settled members again and again; all are healthy. Each call returns the members that it looks at. */
function decisions() {
  const settled = settle(20)
  const { members, facts } = settled
  let { memory, decision } = settled
  const servers = new Map([...members.keys()].map(name => [name, { health: 'up' as const }]))
  const openAt = (now: number, change: Partial<Facts['membership']> = {}) => {
    const membership = { ...facts.membership, ...change }
    const open = openMembers(decision?.basis, memory, { membership }, { rules, now })
    decision = decide(memory, { ...facts, servers, membership }, rules, now, decision)
    memory = decision.memory
    return [...(open ?? [])]
  }
  return { members, openAt, known: () => memory.members.get('s3') }
}

const { halfLifeMs } = rules.damping

t.test(
  'a member that left is looked at while its leave counts, and when it is forgotten',
  async t => {
    const { members, openAt, known } = decisions()
    const s3 = members.get('s3')
    const left = { members: members.with([['s3', s3 && { ...s3, status: 'left' as const }]]) }
    const lookAt = (now: number) => openAt(now, left)
    for (const now of [10, 11, 9000, 10_010]) t.same(lookAt(now), ['s3'], `after ${now} ms`)
    lookAt(10_011)
    t.same(lookAt(10_012), [])
    t.same(lookAt(3 * halfLifeMs), [])
    t.ok(known(), 'its flap counts')
    t.same(lookAt(4 * halfLifeMs), ['s3'])
    t.notOk(known())
    lookAt(4 * halfLifeMs + 1)
    t.same(lookAt(9 * halfLifeMs), [])
  },
)

t.test('a member that serves again is looked at when its flap is forgotten', async t => {
  const { openAt, known } = decisions()
  openAt(10, { suspects: new Set(['s3']) })
  for (const now of [20, 21, 22]) openAt(now)
  t.match(known(), { isAdmitted: true, flapState: { at: 20 } })
  t.same(openAt(23), [])
  t.same(openAt(8 * halfLifeMs), ['s3'])
  t.match(known(), { isAdmitted: true, flapState: { penalty: 0 } })
})
