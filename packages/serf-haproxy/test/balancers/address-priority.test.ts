import t from 'tap'
import { addressPriority } from '../../src/balancers/address-priority.js'

const good = { isPresent: true, isFollowing: true, isReleased: false }

t.test('a balancer gives the address up if HAProxy is away, or if it is released', async t => {
  t.equal(addressPriority(good), 0)
  t.equal(addressPriority({ ...good, isPresent: false }), -254)
  t.equal(addressPriority({ ...good, isReleased: true }), -254)
})

t.test('a balancer that does not follow keeps the address while no other follows', async t => {
  t.equal(addressPriority({ ...good, isFollowing: false }), -50)
})
