import t from 'tap'
import { missingProgram } from 'real-components'
import { holdConnections } from '../../src/balancers/held-connections.js'

t.test('an address that is none is the reason why nothing is held', async t => {
  const skip = missingProgram('iptables')
  const held = await holdConnections('not-an-address.invalid')
  t.match(held, skip ? 'iptables is not installed' : /^iptables fails: /)
})
