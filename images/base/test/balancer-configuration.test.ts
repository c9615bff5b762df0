import t from 'tap'
import { balancerConfiguration } from '../src/balancer-configuration.js'

const folders = { agent: '/run/serf-haproxy', sockets: '/run/haproxy' }

t.test('all files of the balancer are in one folder', async t => {
  const configuration = JSON.parse(balancerConfiguration(folders, '10.0.0.1:7373')) as object
  t.match(configuration, {
    serf: { rpc: '10.0.0.1:7373', authKeyFile: '/run/serf-haproxy/rpc.key' },
    haproxy: {
      configFile: '/run/serf-haproxy/haproxy.cfg',
      runtimeSocket: '/run/haproxy/runtime.sock',
      masterSocket: '/run/haproxy/master.sock',
    },
  })
})

t.test("only the balancer's traffic and statistics are reachable from outside", async t => {
  t.match(JSON.parse(balancerConfiguration(folders, '127.0.0.1:7373')), {
    frontends: [{ bind: '0.0.0.0:8080', pool: 'nodes' }],
    stats: '0.0.0.0:1936',
    listen: '127.0.0.1:9642',
  })
})
