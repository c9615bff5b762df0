import t from 'tap'
import { missingProgram } from 'real-components'
import { balancerNetwork } from './balancer-network.js'
import { startBalancer, startWebServers } from './balancer-nodes.js'
import { noNamespaces } from './cut-off-network.js'
import { causes, failOver } from './fail-over.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy', 'keepalived', 'iptables')

t.test('the address moves within a second, and one balancer has it', { skip }, async t => {
  const network = balancerNetwork(t)
  startWebServers(network)
  let balancers = await Promise.all([1, 2, 3].map(i => startBalancer(network, i)))
  const losses = async (cause: (typeof causes)[keyof typeof causes]) => {
    const found = await failOver(network, balancers, cause)
    t.comment(JSON.stringify(found))
    t.not(found.from, found.to, `${cause.name}: another balancer has the address`)
    t.equal(found.servers, 1, 'the client keeps its server')
    return found
  }
  // When the cable is plugged in again, two holders become one.
  await losses(causes.cablePulled)
  const { longestGapMs, from } = await losses(causes.haproxyKilled)
  t.ok(longestGapMs < 1000, `a HAProxy that is killed costs ${longestGapMs} ms`)
  balancers = balancers.filter(({ name }) => name !== from)
  t.equal((await losses(causes.handOver)).lost, 0, 'an orderly hand-over loses no request')
})
