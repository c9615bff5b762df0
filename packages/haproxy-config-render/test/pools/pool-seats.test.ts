import t from 'tap'
import type { Candidate } from '../../src/pools/candidate.js'
import { compilePolicy } from '../../src/pools/compiled-policy.js'
import { PoolSeats } from '../../src/pools/pool-seats.js'
import { member, web } from './web-members.js'

const seatsOf = (maxServers: number) => {
  const pools = [{ ...web, maxServers }]
  const [one] = compilePolicy({ runtimeSocket: '/r', frontends: [], pools }, {}).pools
  if (!one) throw new Error('expected a policy')
  const candidate = (...given: Parameters<typeof member>): Candidate => {
    const made = one.evaluate(member(...given))
    if (!made) throw new Error('expected a candidate')
    return made
  }
  return { seats: new PoolSeats(one.policy), candidate }
}

const settled = (seats: PoolSeats, serving: readonly string[] = []) => {
  const { servers, quarantined } = seats.settle(name => serving.includes(name))
  return [servers, quarantined.map(({ member: name, code }) => ({ name: `${name} ${code}` }))]
    .map(list => list.map(({ name }) => name).join())
    .join(' | ')
}

t.test('waiting candidates get the place that becomes free', async t => {
  const { seats, candidate } = seatsOf(2)
  const all = ['a', 'b', 'c', 'd'].map(name => candidate(name))
  for (const one of all) seats.add(one)
  t.equal(settled(seats, ['c', 'd']), 'c,d | a full,b full')
  const [, b, c] = all
  if (!b || !c) throw new Error('expected candidates')
  seats.remove(c)
  t.equal(settled(seats, ['d']), 'a,d | b full')
  seats.remove(b)
  t.equal(settled(seats, ['a', 'd']), 'a,d | ')
})

t.test('the seats are counted by address and port', async t => {
  const { seats, candidate } = seatsOf(9)
  t.ok(seats.isEmpty)
  const [a, b] = ['a', 'b'].map(name => candidate(name, { address: '10.0.0.1' }))
  const wrong = candidate('wrong', { address: '' })
  if (!a || !b) throw new Error('expected candidates')
  for (const one of [a, b, wrong]) seats.add(one)
  t.equal(seats.size, 1)
  t.equal(settled(seats), 'a | b duplicate,wrong address')
  for (const one of [a, b]) seats.remove(one)
  t.equal(seats.size, 0)
  t.notOk(seats.isEmpty)
  seats.remove(wrong)
  t.ok(seats.isEmpty)
  t.equal(settled(seats), ' | ')
})

t.test('what did not change is the same array', async t => {
  const { seats, candidate } = seatsOf(2)
  for (const name of ['a', 'b', 'c', 'x y']) seats.add(candidate(name))
  const before = seats.settle(() => false)
  const after = seats.settle(() => false)
  t.equal(after.servers, before.servers)
  t.equal(after.quarantined, before.quarantined)
})
