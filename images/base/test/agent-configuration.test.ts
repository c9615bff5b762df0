import t from 'tap'
import { agentConfiguration } from '../src/agent-configuration.js'

t.test('the agent gets the paths, addresses and pool of its node', async t => {
  const configuration = agentConfiguration({
    serfRpc: '127.0.0.1:7373',
    keyFile: '/lab/rpc.key',
    configFile: '/lab/haproxy.cfg',
    runtimeSocket: '/lab/runtime.sock',
    masterSocket: '/lab/master.sock',
    traffic: '127.0.0.1:8080',
    stats: '127.0.0.1:1936',
    listen: '127.0.0.1:9642',
    pool: 'nodes',
    applicationPort: 3000,
  })
  t.same(configuration, {
    serf: { rpc: '127.0.0.1:7373', authKeyFile: '/lab/rpc.key' },
    haproxy: {
      configFile: '/lab/haproxy.cfg',
      runtimeSocket: '/lab/runtime.sock',
      runtimeSocketMode: '600',
      masterSocket: '/lab/master.sock',
    },
    stats: '127.0.0.1:1936',
    frontends: [{ name: 'web', bind: '127.0.0.1:8080', pool: 'nodes' }],
    pools: [{ name: 'nodes', tags: { role: 'backend' }, port: 3000, healthCheck: '/health' }],
    guard: { minServers: 0 },
    listen: '127.0.0.1:9642',
  })
})
