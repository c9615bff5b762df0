import t from 'tap'
import { listedMembers } from '../../src/page/member-rows.js'
import { memberNamed } from '../sample-state.js'

const members = (count: number) => Array.from({ length: count }, (_, i) => memberNamed(`s${i}`))

t.test('a few members are all listed', async t => {
  const { rows, rest } = listedMembers(members(24))
  t.equal(rows.length, 24)
  t.equal(rest, '')
})

t.test('of many members those that need attention are listed, and counted', async t => {
  const all = [...members(9000), memberNamed('late', { suspect: true })]
  const { rows, rest } = listedMembers(all)
  t.match(rows, [{ name: 'late' }])
  t.equal(rest, '1 of 9,001 members needs attention.')
})

t.test('at most 24 members are listed', async t => {
  const held = members(100).map(member => ({ ...member, standing: 'held' as const }))
  const { rows, rest } = listedMembers(held)
  t.equal(rows.length, 24)
  t.equal(rest, '100 of 100 members need attention; the first 24 are shown.')
})
