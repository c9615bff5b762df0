import t from 'tap'
import { createPendingCauses, joinCauses } from '../../src/queue/cause.js'

t.test('causes of calls that were not applied are passed on to the next', async t => {
  const causes = createPendingCauses()
  const first = causes.add('s1 joined')
  const both = causes.add('s2 joined')
  t.equal(joinCauses(first), 's1 joined')
  t.equal(joinCauses(both), 's1 joined, s2 joined')
  causes.remove(first)
  t.equal(joinCauses(causes.add(undefined)), 's2 joined')
  causes.remove(both)
  t.equal(joinCauses(causes.add(undefined)), undefined)
  const many = Array.from({ length: 200 }, (_, i) => causes.add(`s${i} joined`)).at(-1) ?? []
  t.equal(joinCauses(many)?.split(', ').at(-1), '92 more')
})

t.test('the same cause is shown once, and the order is that of the calls', async t => {
  const causes = createPendingCauses()
  causes.add('b')
  causes.add('a')
  t.equal(joinCauses(causes.add('b')), 'b, a')
})

t.test('a call without a cause stands for the ones before', async t => {
  const causes = createPendingCauses()
  t.equal(joinCauses(causes.add(undefined)), undefined)
  causes.add('a')
  t.strictSame(causes.add(undefined), [{ text: 'a' }])
})

t.test('removing the causes of one call leaves equal texts of others', async t => {
  const causes = createPendingCauses()
  const first = causes.add('drift')
  causes.add('drift')
  causes.remove(first)
  t.strictSame(causes.add(undefined), [{ text: 'drift' }])
})
