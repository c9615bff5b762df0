import t from 'tap'
import { balancersIn, noBalancers } from '../../src/decision/balancers.js'
import { membershipOf } from '../sample-membership.js'

t.test('balancers are the members with the role that did not leave', async t => {
  const membership = membershipOf(
    { lb3: 'failed', lb1: 'alive', lb2: 'leaving', lb4: 'left' },
    { self: 'lb1' },
  )
  const { members, self } = balancersIn(membership, 'backend')
  t.same(
    members.map(({ name }) => name),
    ['lb1', 'lb2', 'lb3'],
  )
  t.equal(self, 'lb1')
  t.same(balancersIn(membership, 'other').members, [])
  t.equal(balancersIn(membership, undefined), noBalancers)
})

t.test('a balancer that fails and comes back leaves the result as it is', async t => {
  const first = balancersIn(membershipOf({ lb1: 'alive', lb2: 'alive' }), 'backend')
  t.equal(balancersIn(membershipOf({ lb1: 'alive', lb2: 'failed' }), 'backend', first), first)
  const other = balancersIn(membershipOf({ lb1: 'alive', lb2: 'left' }), 'backend', first)
  t.match(other.members, [{ name: 'lb1' }])
  t.equal(other.members.length, 1)
})

t.test('members that may differ are looked at, and no others', async t => {
  const first = balancersIn(membershipOf({ lb1: 'alive', lb2: 'alive' }), 'backend')
  const next = membershipOf({ lb1: 'alive', lb3: 'alive' })
  const namesBy = (...open: string[]) =>
    balancersIn(next, 'backend', first, new Set(open)).members.map(({ name }) => name)
  t.equal(balancersIn(next, 'backend', first, new Set(['s1', 's2'])), first)
  for (const open of ['lb1', 'lb2', 'lb3']) t.same(namesBy('s1', open), ['lb1', 'lb3'], open)
  t.notSame(balancersIn({ ...next, self: 'lb3' }, 'backend', first, new Set()), first)
})
