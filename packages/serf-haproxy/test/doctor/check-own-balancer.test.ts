import t from 'tap'
import { checkOwnBalancer } from '../../src/doctor/check-own-balancer.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'
import { membershipOf } from '../sample-membership.js'

const membership = membershipOf({ lb1: 'alive' }, { self: 'lb1' })
const keepalived = { address: '127.0.0.2/8', interface: 'eth0' }

const found = (role: string) =>
  checkOwnBalancer(smallestConfiguration({ balancers: { role } }), membership)

t.test('without balancers there are no findings', async t => {
  t.same(checkOwnBalancer(smallestConfiguration(), membership), [])
})

t.test('a machine whose member has another role is a warning with the tag', async t => {
  t.match(found('backend'), [{ level: 'ok', text: 'the own member lb1 has the role backend' }])
  t.match(found('balancer'), [
    { level: 'warn', text: /has the role backend: /, remedy: /^set the tag role=balancer/ },
  ])
})

t.test('a shared address that a member has is a failure', async t => {
  const balancers = { role: 'backend', keepalived }
  t.match(checkOwnBalancer(smallestConfiguration({ balancers }), membership), [
    { level: 'ok' },
    { level: 'fail', text: 'lb1 has the shared address 127.0.0.2' },
  ])
})
