import t from 'tap'
import { MishapPlan } from '../../src/fake-agent/mishap.js'

t.test('each planned mishap is taken once, in its order', async t => {
  const plan = new MishapPlan()
  plan.add('members', [{ hang: true }, { refuse: 'no' }])
  plan.add('members', [{ delayMs: 5 }])
  t.same(
    [1, 2, 3, 4].map(() => plan.take('members')),
    [{ hang: true }, { refuse: 'no' }, { delayMs: 5 }, undefined],
  )
})

t.test('a mishap affects its own command only', async t => {
  const plan = new MishapPlan()
  plan.add('join', [{ hang: true }])
  t.equal(plan.take('members'), undefined)
  t.same(plan.take('join'), { hang: true })
})
