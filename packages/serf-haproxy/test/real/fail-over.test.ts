import t from 'tap'
import { missingProgram } from 'real-components'
import { balancerNetwork } from './balancer-network.js'
import { startBalancer, startWebServers } from './balancer-nodes.js'
import { noNamespaces } from './cut-off-network.js'
import { causes, failOver } from './fail-over.js'

const skip = noNamespaces || missingProgram('serf', 'haproxy', 'keepalived')

t.test('the address moves within a second, and one balancer has it', { skip }, async t => {
  const network = balancerNetwork(t)
  startWebServers(network)
  const balancers = await Promise.all([1, 2].map(i => startBalancer(network, i)))
  for (const cause of [causes.cablePulled, causes.haproxyKilled]) {
    const losses = await failOver(network, balancers, cause)
    t.comment(JSON.stringify(losses))
    t.not(losses.from, losses.to, cause.name)
    t.equal(losses.servers, 1, 'the client keeps its server')
    if (cause === causes.haproxyKilled)
      t.ok(losses.longestGapMs < 1000, `${losses.longestGapMs} ms`)
  }
})
