import t from 'tap'
import { containerPlaceOn } from '../../src/containers/container-place.js'
import { nodeArguments } from '../../src/containers/container-run.js'

const place = containerPlaceOn('10.1.2', '/tmp/a')

t.test('the load balancer has its image, its address and a reachable Serf agent', async t => {
  const args = nodeArguments(place, 'ha', '/keys', { options: [], command: [] })
  for (const arg of [
    '--ip=10.1.2.42',
    '--label=serf-haproxy.node=ha',
    '--label=serf-haproxy.lab=serf-haproxy-lab-10.1.2',
    '--env=SERF_RPC_ADDR=10.1.2.42:7373',
    'serf-haproxy-ha:latest',
  ]) {
    t.ok(args.includes(arg), arg)
  }
})

t.test("a web application's Serf agent is reachable in its container only", async t => {
  const args = nodeArguments(place, 's1', '/keys', { options: [], command: [] })
  t.ok(args.includes('serf-haproxy-webapp:latest'))
  t.notOk(args.some(arg => arg.startsWith('--env=SERF_RPC_ADDR')))
})
