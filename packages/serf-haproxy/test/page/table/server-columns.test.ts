import t from 'tap'
import { serverColumns, serverRules } from '../../../src/page/table/server-columns.js'
import { memberNamed } from '../../sample-state.js'
import { rowNamed } from '../sample-rows.js'

const textOf = (key: string, ...row: Parameters<typeof rowNamed>) =>
  serverColumns.find(column => column.key === key)?.text(rowNamed(...row))

t.test('a server is shown as Serf, the agent and HAProxy see it', async t => {
  const member = memberNamed('s1', { suspect: true, standing: 'kept-by-health' })
  t.equal(textOf('serf', 's1', {}, { member }), 'suspect')
  t.equal(textOf('agent', 's1', {}, { member }), 'kept by health')
  t.equal(textOf('haproxy', 's1', { status: 'UP 1/2' }), 'UP 1/2')
  t.equal(textOf('serf', 's1', {}, { member: undefined }), 'no member')
})

t.test('a figure that HAProxy has not sent is a dash', async t => {
  t.equal(textOf('response', 's1'), '–')
  t.equal(textOf('response', 's1', { responseMs: 12.34 }), '12 ms')
  t.equal(textOf('queue', 's1', { queued: 3 }), '3')
  t.equal(textOf('since', 's1', { since: Date.now() - 3_700_000 }), '1 h')
})

t.test('the weight is that in HAProxy, if it is known', async t => {
  t.equal(textOf('weight', 's1', { weight: 100, currentWeight: 0 }), '0')
  t.equal(textOf('weight', 's1', { weight: 100 }), '100')
})

t.test('every column has an order', async t => {
  const [a, b] = [rowNamed('a'), rowNamed('b')]
  for (const { key } of serverColumns) t.type(serverRules.compare(key)?.(a, b), 'number', key)
})
