import t from 'tap'
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
