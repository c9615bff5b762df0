import t from 'tap'
import { noReading } from '../../../src/page/table/server-rows.js'
import { memberChoices, serverChoices } from '../../../src/page/views/table-choices.js'
import { memberNamed } from '../../sample-state.js'

const members = ['b', 'a', 'b', ''].map((zone, i) => memberNamed(`s${i}`, { tags: { zone } }))
const reading = { ...noReading, members, pools: [{ name: 'web', rows: [] }] }

t.test('a table of servers offers pools and zones', async t => {
  t.match(serverChoices()(reading, false), { pools: ['web'], zones: ['a', 'b'] })
  t.same(serverChoices()(reading, true).pools, [], 'the pool of a view is no choice')
})

t.test('a table of members offers no state of HAProxy', async t => {
  const { states } = memberChoices()(reading)
  t.equal(states['down'], undefined)
  t.type(states['suspect'], 'string')
})

t.test('at most 100 zones are offered', async t => {
  const many = Array.from({ length: 500 }, (_, i) =>
    memberNamed(`s${i}`, { tags: { zone: `z${i}` } }),
  )
  t.equal(serverChoices()({ ...reading, members: many }, false).zones.length, 100)
})
