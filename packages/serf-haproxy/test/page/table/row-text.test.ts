import t from 'tap'
import {
  containsText,
  hasState,
  stateLabels,
  whyText,
  zoneOf,
} from '../../../src/page/table/row-text.js'
import { memberNamed } from '../../sample-state.js'
import { rowNamed } from '../sample-rows.js'

const states = (...row: Parameters<typeof rowNamed>) =>
  Object.keys(stateLabels)
    .filter(state => hasState(rowNamed(...row), state))
    .join(' ')

t.test('the reason is the failed check, and that of the agent', async t => {
  t.equal(whyText(rowNamed('s1')), '')
  t.equal(whyText(rowNamed('s1', { status: 'DOWN', check: 'L4CON' })), 'check: L4CON')
  const member = memberNamed('s1', { standing: 'held', reason: '3 of 4 would go' })
  t.equal(
    whyText(rowNamed('s1', { status: 'DOWN', check: 'L7STS' }, { member })),
    'check: L7STS; 3 of 4 would go',
  )
})

t.test('a server has the state that HAProxy, Serf or the agent has for it', async t => {
  t.equal(states('s1'), 'up')
  t.equal(states('s1', { status: 'DOWN (agent)' }), 'down')
  t.equal(states('s1', { status: 'MAINT' }), 'draining')
  t.equal(states('s1', { status: '' }), 'unknown')
  t.equal(
    states('s1', {}, { member: memberNamed('s1', { standing: 'held', status: 'failed' }) }),
    'up failed held',
  )
})

t.test('a server is found by its address, pool, zone, state and reason', async t => {
  const member = memberNamed('s1', { tags: { zone: 'Bern' }, reason: 'Alive' })
  const row = rowNamed('s1', {}, { member })
  for (const text of ['s1', '127.0.0.2:3000', 'nodes', 'bern', 'up', 'serving', 'alive'])
    t.ok(containsText(row, text), text)
  t.notOk(containsText(row, 'zurich'))
})

t.test('the zone is the tag of that name', async t => {
  t.equal(zoneOf(memberNamed('s1', { tags: { zone: 'a' } })), 'a')
  t.equal(zoneOf(undefined), '')
})
