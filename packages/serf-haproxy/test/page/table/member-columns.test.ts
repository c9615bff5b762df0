import t from 'tap'
import { byConcern, memberRules } from '../../../src/page/table/member-columns.js'
import type { Standing } from '../../../src/state/agent-state.js'
import { memberNamed } from '../../sample-state.js'

const order = (...members: readonly ReturnType<typeof memberNamed>[]) =>
  members.toSorted(byConcern).map(({ name }) => name)

t.test('members that need attention come first', async t => {
  const standings: readonly Standing[] = [
    'gone',
    'serving',
    'quarantined',
    'not-selected',
    'damped',
    'held',
    'draining',
    'kept-by-health',
  ]
  t.same(order(...standings.map(standing => memberNamed(standing, { standing }))), [
    'held',
    'quarantined',
    'kept-by-health',
    'damped',
    'draining',
    'serving',
    'not-selected',
    'gone',
  ])
})

t.test('a suspect member is before every other', async t => {
  const held = memberNamed('a', { standing: 'held' })
  t.same(order(held, memberNamed('z', { suspect: true })), ['z', 'a'])
})

t.test('members in the same state are in the order of their names', async t => {
  t.same(order(memberNamed('c'), memberNamed('a'), memberNamed('b')), ['a', 'b', 'c'])
})

t.test('names are in the order of their numbers', async t => {
  t.same(order(memberNamed('s10'), memberNamed('s9')), ['s9', 's10'])
})

t.test('a member is found by each text of its row', async t => {
  const member = memberNamed('s1', { tags: { zone: 'Bern' }, reason: 'not fit: wrong port' })
  for (const text of ['s1', '127.0.0.2', 'nodes', 'bern', 'wrong port', 'serving'])
    t.ok(memberRules.contains(member, text), text)
  t.notOk(memberRules.contains(member, 's2'))
})

t.test('members that neither serve nor are gone need attention', async t => {
  t.ok(memberRules.needsAttention(memberNamed('s1', { standing: 'damped' })))
  t.ok(memberRules.needsAttention(memberNamed('s1', { suspect: true })))
  t.notOk(memberRules.needsAttention(memberNamed('s1')))
  t.notOk(memberRules.needsAttention(memberNamed('s1', { standing: 'gone' })))
})
