import t from 'tap'
import { poolsOf, summaryOf } from '../../src/page/pool-cards.js'
import { memberNamed, serverNamed } from '../sample-state.js'

const tile = (status: string, perSecond: number) => ({
  server: serverNamed('s', { status }),
  member: undefined,
  traffic: { perSecond, errors: 0, rates: [] },
})

t.test('each server is joined with its member and its own traffic', async t => {
  const members = [memberNamed('s1')]
  const servers = [serverNamed('s1'), serverNamed('s2')]
  const known = { perSecond: 3, errors: 0, rates: [], at: 0, total: 0 }
  const pools = poolsOf(
    {
      members,
      pools: [
        { name: 'a', servers },
        { name: 'b', servers },
      ],
    },
    new Map([['b/s1', known]]),
  )
  t.same(
    pools.map(({ pool }) => pool.name),
    ['a', 'b'],
  )
  t.match(pools[0]?.tiles, [
    { server: { name: 's1' }, member: { name: 's1' }, traffic: undefined },
    { server: { name: 's2' }, member: undefined, traffic: undefined },
  ])
  t.equal(pools[1]?.tiles[0]?.traffic, known)
})

t.test('a pool is summarized by its servers that are up, and its rate', async t => {
  t.equal(
    summaryOf([tile('UP', 1.5), tile('no check', 2), tile('DOWN', 0)]),
    '2 of 3 servers up, 3.5 /s',
  )
  t.equal(summaryOf([tile('UP 1/2', 12)]), '1 of 1 server up, 12 /s')
  t.equal(summaryOf([]), '0 of 0 servers up, 0 /s')
})
