import { until } from 'real-components'
import t, { type Test } from 'tap'
import { AgentLoop } from '../../src/agent/agent-loop.js'
import { openPipeline, type Pipeline } from '../../src/agent/pipeline.js'
import type { Memory } from '../../src/decision/member-memory.js'
import type { RecordedRound } from '../../src/recording/recording.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { noTracer } from '../../src/tracing/round-tracer.js'
import { WakeUp } from '../../src/wake-up.js'
import { fakeClock } from '../fake-clock.js'
import { membershipOf } from '../sample-membership.js'
import { fakeHaproxyPlace } from './fake-haproxy-place.js'

/** A loop that follows a fake HAProxy; `memory` is that of the process before. */
async function scene(t: Test, more: object = {}, memory?: Memory) {
  const place = await fakeHaproxyPlace(t, more)
  const clock = fakeClock()
  const journal = new AgentJournal(clock, () => {})
  const saved: (Memory | undefined)[] = []
  const rounds: RecordedRound[] = []
  const loop = new AgentLoop({
    clock,
    journal,
    folder: { save: ({ memory }) => void saved.push(memory) },
    memory,
    onRound: round => rounds.push(round),
    tracer: noTracer,
  })
  const pipeline = await openPipeline(place.configuration, undefined)
  const wakeUp = new WakeUp()
  const follow = (of: Pipeline = pipeline) => {
    const stop = new AbortController()
    const following = loop.follow(of, wakeUp, stop.signal)
    t.teardown(async () => {
      stop.abort()
      await following
      await pipeline[Symbol.asyncDispose]()
    })
  }
  const send = (...snapshot: Parameters<typeof membershipOf>) => {
    loop.onMembership(membershipOf(...snapshot))
    wakeUp.wake()
  }
  const standing = (name: string) => journal.record.memberStates.get(name)?.standing
  return { ...place, clock, journal, loop, saved, rounds, pipeline, wakeUp, follow, send, standing }
}

t.test('a round decides, applies, saves and reports', async t => {
  const { follow, send, haproxy, saved, rounds, loop, journal } = await scene(t)
  follow()
  send({ s1: 'alive', s2: 'alive' })
  await until('both servers', () => haproxy.server('nodes', 's2') && saved.length > 0)
  t.same([...(saved[0]?.members.keys() ?? [])], ['s1', 's2'])
  t.equal(loop.memory.members.get('s1')?.pools[0], 'nodes')
  t.same([...loop.admitted.keys()], ['s1', 's2'])
  t.equal(rounds[0]?.facts.membership.members.size, 2)
  t.match(journal.record, { outcome: { kind: 'applied' }, generation: { cause: /s1, s2 joined/ } })
})

t.test('a stable decision is compared with HAProxy, and not made again', async t => {
  const { follow, send, journal, rounds, wakeUp } = await scene(t)
  follow()
  send({ s1: 'alive' })
  await until('the first round', () => rounds.length > 0)
  const decided = rounds.length
  const { rounds: before } = journal.record.counters
  wakeUp.wake()
  await until('two more rounds', () => journal.record.counters.rounds >= before + 2)
  t.equal(rounds.length, decided)
  t.equal(journal.record.outcome?.kind, 'unchanged')
})

t.test('nothing is decided before Serf answers, while HAProxy has a file', async t => {
  const { follow, send, journal, clock, wakeUp } = await scene(t)
  follow()
  send({}, { connected: false })
  clock.pass(60_000)
  wakeUp.wake()
  send({}, { connected: false })
  t.equal(journal.record.counters.rounds, 0)
  t.equal(journal.record.rendering, undefined)
})

t.test('a frozen agent decides, and applies nothing', async t => {
  const { follow, send, journal, haproxy, standing, loop, wakeUp } = await scene(t)
  journal.dispatch({ kind: 'freeze', frozen: {} })
  follow()
  send({ s1: 'alive' })
  await until('the decision', () => standing('s1') === 'serving')
  t.equal(journal.record.outcome, undefined)
  t.equal(haproxy.server('nodes', 's1'), undefined)
  journal.dispatch({ kind: 'mode-restored', frozen: undefined })
  loop.requestRound('thawed')
  wakeUp.wake()
  await until('s1', () => haproxy.server('nodes', 's1'))
  await until('the generation', () => journal.record.generation)
  t.match(journal.record.counters.causes, { hand: 1 })
})

t.test('an error in a round is reported, and the next round continues', async t => {
  const { follow, send, journal, pipeline, haproxy } = await scene(t)
  let isBroken = true
  follow({
    ...pipeline,
    apply: (rendering, options) => {
      if (!isBroken) return pipeline.apply(rendering, options)
      isBroken = false
      throw new Error('disk full')
    },
  })
  send({ s1: 'alive' })
  await until('s1', () => haproxy.server('nodes', 's1'))
  await until('the end of the fault', () => journal.record.fault === undefined)
  t.equal(journal.record.counters.errors, 1)
})

t.test('a failing round is a fault with its decision, until a round succeeds', async t => {
  const { follow, send, journal, pipeline, standing, rounds } = await scene(t)
  let isBroken = true
  follow({
    ...pipeline,
    apply: async (rendering, options) => {
      if (isBroken) throw new Error('disk full')
      return pipeline.apply(rendering, options)
    },
  })
  send({ s1: 'alive' })
  await until('two failures', () => journal.record.counters.errors > 1)
  t.equal(journal.record.fault?.error, 'disk full')
  t.equal(standing('s1'), 'serving')
  isBroken = false
  await until('the end of the fault', () => journal.record.fault === undefined)
  t.equal(rounds.length, 1)
  t.match(journal.record.generation?.cause, /s1 joined/, 'the cause is that of the failed round')
  t.match(journal.record.counters.causes, { log: 1 })
})

t.test('a frozen round that succeeds ends a fault', async t => {
  const { follow, send, journal } = await scene(t)
  journal.dispatch({ kind: 'failure', error: new Error('disk full') })
  journal.dispatch({ kind: 'freeze', frozen: {} })
  follow()
  send({ s1: 'alive' })
  await until('the end of the fault', () => journal.record.fault === undefined)
  t.equal(journal.record.outcome, undefined)
})

t.test(
  'an agent without a memory holds the removal of unknown servers, until it is accepted',
  async t => {
    const first = await scene(t)
    first.follow()
    first.send({ s1: 'alive', s2: 'alive' })
    await until('both servers', () => first.haproxy.server('nodes', 's2'))
    const journal = new AgentJournal(first.clock, () => {})
    const loop = new AgentLoop({
      clock: first.clock,
      journal,
      folder: { save: () => {} },
      memory: undefined,
      onRound: () => {},
      tracer: noTracer,
    })
    const wakeUp = new WakeUp()
    const stop = new AbortController()
    loop.onMembership(membershipOf({ s9: 'left' }))
    let applies = 0
    const plan = { kind: 'noop' as const, reason: 'counted', operations: [], draining: [] }
    const apply: Pipeline['apply'] = async rendering => {
      applies++
      return { outcome: { kind: 'unchanged', plan }, rendering }
    }
    const pipeline = { ...first.pipeline, apply }
    const following = loop.follow(pipeline, wakeUp, stop.signal)
    await until('the hold', () => journal.record.held)
    t.match(journal.record.held?.removals, [{ member: 's1' }, { member: 's2' }])
    t.equal(applies, 0)
    loop.accept(loop.memory)
    wakeUp.wake()
    await until('the round', () => applies > 0)
    t.equal(journal.record.held, undefined)
    stop.abort()
    await following
  },
)

t.test('a round that takes longer than slowRoundMs is reported and counted', async t => {
  const { follow, send, journal, pipeline, clock } = await scene(t, { slowRoundMs: 200 })
  const durations = [200, 201, 0]
  follow({
    ...pipeline,
    apply: (rendering, options) => {
      clock.pass(durations.shift() ?? 0)
      return pipeline.apply(rendering, options)
    },
  })
  send({ s1: 'alive' })
  await until('three rounds', () => durations.length === 0)
  t.equal(journal.record.counters.slowRounds, 1)
  const slow = journal.timeline.entries().filter(({ kind }) => kind === 'slow-round')
  t.match(slow, [{ tookMs: 201, text: 'A round took 201 ms, longer than slowRoundMs (200)' }])
})
