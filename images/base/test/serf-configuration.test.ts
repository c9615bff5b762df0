import t from 'tap'
import { newKeys } from '../src/keys.js'
import { serfConfiguration } from '../src/serf-configuration.js'

const keys = newKeys()
const settings = {
  name: 's1',
  role: 'backend',
  address: '10.0.0.1',
  gossipPort: 7946,
  rpc: '127.0.0.1:7373',
  keys,
  profile: 'lan',
} as const

t.test('a node without seeds does not retry to join', async t => {
  t.same(serfConfiguration(settings), {
    node_name: 's1',
    bind: '10.0.0.1:7946',
    rpc_addr: '127.0.0.1:7373',
    encrypt_key: keys.gossip,
    rpc_auth: keys.rpc,
    tags: { role: 'backend' },
    profile: 'lan',
    leave_on_terminate: true,
  })
})

t.test('a node with seeds tries them every second', async t => {
  const seeds = ['ha', '10.0.0.2']
  t.match(serfConfiguration({ ...settings, seeds }), { retry_join: seeds, retry_interval: '1s' })
})
