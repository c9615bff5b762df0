import * as fc from 'fast-check'
import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import { SimulatedPool, type Load } from './simulated-pool.js'

const minute = 60_000
const hour = 60 * minute

const byLoad = poolTarget({
  name: 'web',
  minimum: 2,
  maximum: 8,
  load: { sessionsPerServer: 10, responseMs: 100 },
  shrinkAfterMs: minute,
})
const fixed = (size: number) => poolTarget({ name: 'web', size, maximum: size + 2 })

/** Sessions that the healthy servers share. */
const shared =
  (sessions: number): Load =>
  healthy => ({ sessions: sessions / healthy, queued: 0 })

t.test('a pool of the wanted size stays as it is', async t => {
  const pool = new SimulatedPool(fixed(3), 3)
  pool.run(hour, 5000)
  t.strictSame(pool.actions, [])
})

t.test('a load step grows the pool, and its end shrinks it to the minimum', async t => {
  const pool = new SimulatedPool(byLoad, 2)
  pool.load = shared(55)
  pool.run(2 * minute)
  t.equal(pool.last.healthy, 6)
  pool.restart()
  pool.load = shared(5)
  pool.run(10 * minute)
  t.equal(pool.last.healthy, 2)
  const kinds = pool.actions.map(({ kind }) => kind)
  t.strictSame(kinds, [...Array<string>(4).fill('start'), ...Array<string>(4).fill('stop')])
  t.equal(pool.actions[0]?.reason, '55 sessions and queued requests for 2 with a target of 10 each')
})

t.test('a lost member is replaced after its grace, and once', async t => {
  const pool = new SimulatedPool(fixed(3), 3)
  pool.run(minute)
  pool.kill('s2')
  pool.run(9000)
  t.strictSame(pool.actions, [])
  pool.run(10 * minute)
  t.match(pool.actions, [{ kind: 'replace', member: 's2', isLost: true }])
  t.equal(pool.actions.length, 1)
  t.equal(pool.last.healthy, 3)
})

t.test('a hung member is replaced, and stopped after its replacement serves', async t => {
  const pool = new SimulatedPool(fixed(3), 3)
  pool.run(minute)
  pool.breakNode('s1', 'unhealthy')
  pool.run(10 * minute)
  t.match(pool.actions, [
    { kind: 'replace', member: 's1', isLost: false },
    { kind: 'stop', member: 's1', reason: 'it hangs, and 3 others serve' },
  ])
  t.equal(pool.actions.length, 2)
  t.strictSame(pool.names, ['s2', 's3', 's4'])
})

t.test('a full pool stops its hung member first, and stays within its maximum', async t => {
  const pool = new SimulatedPool(poolTarget({ name: 'web', size: 2 }), 2)
  pool.run(minute)
  pool.breakNode('s1', 'unhealthy')
  pool.run(10 * minute)
  t.match(pool.actions, [
    { kind: 'stop', member: 's1' },
    { kind: 'start', pool: 'web' },
  ])
  t.ok(pool.rounds.every(({ there }) => there <= 2))
  t.equal(pool.last.healthy, 2)
})

t.test('a suspect member is neither replaced nor stopped', async t => {
  const pool = new SimulatedPool(fixed(3), 3)
  pool.breakNode('s1', 'doubtful')
  pool.run(hour, 5000)
  t.strictSame(pool.actions, [])
})

t.test('a doubt starts every grace again', async t => {
  const pool = new SimulatedPool(fixed(3), 3)
  pool.run(minute)
  pool.kill('s2')
  pool.breakNode('s1', 'unhealthy')
  pool.run(9000)
  pool.doubt(hour)
  pool.run(9000)
  t.strictSame(pool.actions, [])
  pool.run(10 * minute)
  t.match(pool.actions.slice(0, 2), [{ member: 's2' }, { member: 's1' }])
})

t.test('a surplus of a fixed size is stopped after its time, one by one', async t => {
  const pool = new SimulatedPool(fixed(2), 4)
  pool.run(5 * minute)
  t.strictSame(pool.actions, [])
  pool.run(20 * minute)
  t.match(pool.actions, [{ kind: 'stop' }, { kind: 'stop' }])
  t.equal(pool.last.healthy, 2)
})

t.test('members that an operator added stay while the load is high enough', async t => {
  const pool = new SimulatedPool(byLoad, 5)
  pool.load = shared(45)
  pool.run(hour, 5000)
  t.strictSame(pool.actions, [])
})

t.test('a start without a member is a failure, and the pause after each one doubles', async t => {
  const pool = new SimulatedPool(fixed(3), 2, { start: () => 'does nothing' })
  pool.run(hour)
  const gaps = pool.actions.slice(1).map(({ at }, i) => at - (pool.actions[i]?.at ?? 0))
  t.strictSame(gaps.slice(0, 4), [130_000, 140_000, 160_000, 200_000])
  const failures = pool.rounds.flatMap(each => each.failures)
  t.equal(failures[0], 'no new member appeared within 120 s of its start')
  t.match(
    pool.rounds.flatMap(({ waits }) => waits),
    [/^pause until 1970-01-01T00:18:51\.000Z after one failure$/],
  )
})

t.test('nodes that die after their start are bounded by the pause and by the hour', async t => {
  const flapping = new SimulatedPool(fixed(3), 2, { livesMs: 20_000 })
  flapping.run(2 * hour, 4000)
  t.ok(flapping.actions.length < 25, `${flapping.actions.length} starts`)
  t.match(
    flapping.rounds.flatMap(({ failures }) => failures),
    [/^s3 was lost after its start$/],
  )
  const slow = new SimulatedPool({ ...fixed(3), startsPerHour: 6 }, 2, { livesMs: 2 * minute })
  slow.run(2 * hour, 4000)
  t.ok(slow.actions.length <= 12, `${slow.actions.length} starts`)
  t.match(slow.rounds.flatMap(({ waits }) => waits).join('\n'), /6 starts within one hour are the/)
})

/** Response times that fall when a server is added: the figure that makes a pool oscillate. */
const curve =
  (knee: number): Load =>
  healthy => ({
    sessions: 1,
    queued: 0,
    responseMs: healthy < knee ? 500 : 20,
  })

t.test('under a constant load the size does not oscillate', async t => {
  const sizes = fc.record({
    start: fc.integer({ min: 1, max: 10 }),
    sessions: fc.integer({ min: 0, max: 120 }),
  })
  fc.assert(
    fc.property(sizes, ({ start, sessions }) => {
      const pool = new SimulatedPool(byLoad, start)
      pool.load = shared(sessions)
      pool.run(20 * minute, 4000)
      const kinds = pool.actions.map(({ kind }) => kind)
      return !(kinds.includes('start') && kinds.includes('stop'))
    }),
    { numRuns: 25 },
  )
  for (const knee of [3, 5, 7]) {
    const pool = new SimulatedPool(byLoad, 2)
    pool.load = curve(knee)
    pool.run(6 * hour, 10_000)
    const stops = pool.actions.filter(({ kind }) => kind === 'stop').length
    t.ok(stops <= 12, `${stops} stops in 6 hours with its knee at ${knee}`)
    t.equal(pool.last.wanted, knee)
  }
})

function isWithinBounds(
  { wanted, there, healthy, actions, memory, at }: SimulatedPool['last'],
  target: typeof byLoad,
): boolean {
  const running = memory.starts.filter(({ healthyAt }) => healthyAt === undefined).length
  const stopsHealthy = actions.some(
    action =>
      action.kind === 'stop' && !memory.unhealthy.some(({ name }) => name === action.member),
  )
  const recent = memory.startTimes.filter(time => at - time < hour).length
  return (
    wanted >= target.minimum &&
    wanted <= target.maximum &&
    there <= target.maximum &&
    running + memory.stops.length <= target.maximumInFlight &&
    recent <= target.startsPerHour &&
    !(stopsHealthy && healthy <= target.minimum)
  )
}

t.test('bounds and orders in flight are kept, whatever happens to the pool', async () => {
  const event = fc.record({
    kind: fc.constantFrom('kill', 'hang', 'suspect', 'load', 'doubt', 'restart', 'wait'),
    which: fc.nat(20),
    forMs: fc.integer({ min: 0, max: 5 * minute }),
  })
  const scenario = fc.record({
    events: fc.array(event, { maxLength: 12 }),
    results: fc.array(fc.constantFrom('works', 'works', 'throws', 'does nothing'), {
      minLength: 1,
    }),
    maximumInFlight: fc.integer({ min: 1, max: 3 }),
    start: fc.integer({ min: 2, max: 8 }),
  })
  fc.assert(
    fc.property(scenario, ({ events, results, maximumInFlight, start }) => {
      const target = { ...byLoad, maximumInFlight, startsPerHour: 10 }
      const result = (i: number) => results[i % results.length] ?? 'works'
      const pool = new SimulatedPool(target, start, { start: result })
      for (const { kind, which, forMs } of events) {
        const name = pool.names[which % Math.max(1, pool.names.length)] ?? ''
        if (kind === 'kill') pool.kill(name)
        if (kind === 'hang') pool.breakNode(name, 'unhealthy')
        if (kind === 'suspect') pool.breakNode(name, 'doubtful')
        if (kind === 'restart') pool.restart()
        if (kind === 'load') pool.load = shared(which * 5)
        if (kind === 'doubt') pool.doubt(forMs)
        else pool.run(forMs, 4000)
      }
      return pool.rounds.every(round => isWithinBounds(round, target))
    }),
    { numRuns: 60 },
  )
})

t.test('after any load step the pool comes to the size that fits, within minutes', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(steps, sessions => {
      const pool = new SimulatedPool(byLoad, 2)
      for (const step of sessions) {
        pool.load = shared(step)
        pool.run(20 * minute, 5000)
        const { healthy } = pool.last
        // The tolerance is on both sides of the target.
        const fewest = Math.max(2, Math.min(8, Math.ceil(step / 12)))
        const most = Math.max(2, Math.min(8, Math.ceil(step / 8) + 1))
        if (healthy < fewest || healthy > most) return false
      }
      return true
    }),
    { numRuns: 15 },
  )
})
