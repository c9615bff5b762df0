import * as fc from 'fast-check'
import t from 'tap'
import {
  hasFlapped,
  nextDecayAt,
  noFlaps,
  penaltyAt,
  updateFlapState,
  type DampingLimits,
  type FlapState,
} from '../../src/decision/flap-damping.js'
import { admitted, serving, standing, step } from './decision-scene.js'

t.test('a member that flaps is damped until its penalty has decayed; others serve', async t => {
  let memory = serving('s1', 's2', 's3')
  let now = 0
  const look = (word: 'alive' | 'alive?') => {
    const serf = { s1: word, s2: 'alive', s3: 'alive' } as const
    const after = step(memory, { serf, haproxy: { s1: 'up', s2: 'up', s3: 'up' } }, (now += 100))
    memory = after.memory
    return after.decision
  }
  for (let i = 0; i < 5; i++) {
    look('alive?')
    t.equal(standing(look('alive'), 's1'), 'serving', `flap ${i + 1}`)
  }
  look('alive?')
  t.equal(standing(look('alive'), 's1'), 'damped')
  t.same(admitted(look('alive')), ['s1 draining', 's2', 's3'])
  now += 36_000
  t.equal(standing(look('alive'), 's1'), 'damped')
  now += 2000
  t.equal(standing(look('alive'), 's1'), 'serving')
})

t.test('the only server is never damped', async t => {
  let memory = serving('s1')
  for (let i = 0; i < 20; i++) {
    memory = step(memory, { serf: { s1: 'left' } }, i * 100).memory
    const { decision, memory: next } = step(memory, { serf: { s1: 'alive' } }, i * 100 + 50)
    memory = next
    t.equal(standing(decision, 's1'), 'serving')
  }
  let served = serving('s1', 's2')
  for (let i = 0; i < 20; i++) {
    served = step(
      served,
      { serf: { s1: 'alive?', s2: 'alive?' }, haproxy: { s1: 'up', s2: 'up' } },
      i * 100,
    ).memory
    const both = step(served, { serf: { s1: 'alive', s2: 'alive' } }, i * 100 + 50)
    served = both.memory
    t.same(admitted(both.decision), ['s1', 's2'])
  }
})

const limits: DampingLimits = { flaps: 3, halfLifeMs: 1000 }

/** The state after flaps at these times: it wants traffic just before each, and not at each. */
function flapAt(times: readonly number[], before: FlapState = noFlaps): FlapState {
  return times.reduce(
    (state, at) => updateFlapState(updateFlapState(state, true, limits, at), false, limits, at),
    before,
  )
}

t.test('without flaps and changes the state is the same object, however late', async t => {
  const serving = updateFlapState(noFlaps, true, limits, 5)
  t.equal(updateFlapState(serving, true, limits, 1e9), serving)
  t.equal(updateFlapState(noFlaps, false, limits, 1e9), noFlaps)
})

t.test('only the loss of traffic counts as a flap', async t => {
  const serving = updateFlapState(noFlaps, true, limits, 0)
  t.equal(serving.penalty, 0)
  const lost = updateFlapState(serving, false, limits, 0)
  t.equal(lost.penalty, 1)
  t.equal(updateFlapState(lost, false, limits, 0).penalty, 1)
  t.equal(updateFlapState(lost, true, limits, 0).penalty, 1)
})

t.test('a penalty halves with each half-life', async t => {
  const flapped = flapAt([0, 0])
  t.equal(flapped.penalty, 2)
  for (const [now, penalty] of [
    [1000, 1],
    [2000, 0.5],
    [3000, 0.25],
  ] as const)
    t.equal(penaltyAt(flapped, limits, now), penalty, `after ${now} ms`)
})

t.test('a state that only decays is the same object, until nothing is left', async t => {
  const flapped = flapAt([0, 0])
  const isSame = (now: number) => updateFlapState(flapped, false, limits, now) === flapped
  t.ok(isSame(7600))
  t.same(updateFlapState(flapped, false, limits, 7700), { ...noFlaps, at: 7700 })
  t.notOk(updateFlapState(flapped, false, { ...limits, flaps: 0.5 }, 0) === flapped, 'other limits')
})

t.test('the next decay is that to a tenth, then that to a hundredth of a flap', async t => {
  const flapped = flapAt([0])
  const forgotten = nextDecayAt(flapped, limits, 0)
  t.ok(hasFlapped(flapped, limits, forgotten))
  t.notOk(hasFlapped(flapped, limits, forgotten + 2))
  const ended = nextDecayAt(flapped, limits, forgotten + 2)
  t.equal(updateFlapState(flapped, false, limits, ended), flapped)
  t.equal(updateFlapState(flapped, false, limits, ended + 2).penalty, 0)
  t.equal(nextDecayAt(noFlaps, limits, 0), Infinity)
})

t.test('a member is damped above the limit, and not at it', async t => {
  t.match(flapAt([0, 0, 0]), { penalty: 3, isDamped: false })
  t.match(flapAt([0, 0, 0, 0]), { penalty: 4, isDamped: true })
})

t.test('a damped member is released below half of the limit, and not at it', async t => {
  const lowest = { ...flapAt([0, 0, 0, 0]), penalty: 3 }
  t.match(updateFlapState(lowest, true, limits, 1000), { penalty: 1.5, isDamped: true })
  t.match(updateFlapState(lowest, true, limits, 1001), { isDamped: false })
})

const flaps = (count: number) => flapAt(Array.from({ length: count }, () => 0))

t.test('hours of flapping do not extend the damping', async t => {
  t.equal(flaps(6).penalty, 6)
  t.equal(flaps(1000).penalty, 6, 'twice the limit')
})

t.test('the penalty is bounded, and depends on the times of the flaps alone', async t => {
  const looks = fc.array(fc.tuple(fc.nat(2000), fc.boolean()), { maxLength: 40 })
  fc.assert(
    fc.property(looks, fc.nat(2000), (steps, pause) => {
      let now = 0
      let state = noFlaps
      for (const [ms, wantsTraffic] of steps) {
        now += ms
        state = updateFlapState(state, wantsTraffic, limits, now)
        if (state.penalty < 0 || state.penalty > 2 * limits.flaps) return false
      }
      // One more evaluation halfway changes nothing.
      const { wantsTraffic } = state
      const between = updateFlapState(state, wantsTraffic, limits, now + pause / 2)
      const twice = updateFlapState(between, wantsTraffic, limits, now + pause)
      const once = updateFlapState(state, wantsTraffic, limits, now + pause)
      const at = now + pause
      return Math.abs(penaltyAt(twice, limits, at) - penaltyAt(once, limits, at)) < 1e-9
    }),
  )
  t.pass('any history')
})
