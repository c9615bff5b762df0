import t from 'tap'
import { plainAgentAddress } from '../../src/configuration/agent-address.js'

const file = '/etc/agent/serf-haproxy.yaml'

t.test('the address is read, with paths of the folder of the file', async t => {
  const text = "listen: '[::1]:9000'\nstateFolder: state\ntokenFile: /run/token\npools: wrong\n"
  t.same(plainAgentAddress(text, file), {
    listen: { address: '::1', port: 9000 },
    stateFolder: '/etc/agent/state',
    tokenFile: '/run/token',
  })
})

t.test('settings that the file has not are those of the schema', async t => {
  t.match(plainAgentAddress('pools: []\n', file), {
    listen: { address: '127.0.0.1', port: 9642 },
    stateFolder: '/etc/agent/serf-haproxy.state',
    tokenFile: undefined,
  })
})

t.test('an invalid address, and a text that may hold secrets, need the whole', async t => {
  for (const text of [
    'listen: localhost:9642',
    'listen: [a]',
    'values: { password: secret }',
    'haproxy:\n  check: { env: { KEY: secret } }',
  ])
    t.equal(plainAgentAddress(text, file), undefined, text)
})
