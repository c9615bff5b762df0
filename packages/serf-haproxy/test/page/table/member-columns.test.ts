import t from 'tap'
import { byConcern } from '../../src/page/member-rows.js'
import type { Standing } from '../../src/state/agent-state.js'
import { memberNamed } from '../sample-state.js'

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
