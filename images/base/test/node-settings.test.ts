import t from 'tap'
import { nodeSettings, seedsIn } from '../src/node-settings.js'
import { host } from './container-host.js'

t.test('a container without a name takes a new one at each start', async t => {
  const first = await nodeSettings({}, host)
  const second = await nodeSettings({}, host)
  t.match(first.name, /^3df5ee34e5d6-[0-9a-z]{4}$/)
  t.not(first.name, second.name)
})

t.test("the name of a container holds compose's number", async t => {
  for (const name of ['lab-webapp-12.lab_default', 'lab_webapp_12']) {
    const named = { ...host, namesOf: async () => ['3df5ee34e5d6', name] }
    t.match((await nodeSettings({}, named)).name, /^webapp-12-[0-9a-z]{4}$/)
  }
})

t.test('seeds are separated by spaces or commas', async t => {
  t.same(seedsIn({ SERF_SEEDS: 'ha, webapp  10.0.0.1' }), ['ha', 'webapp', '10.0.0.1'])
})

t.test('the given name and address win over those of the host', async t => {
  const environment = { NODE_NAME: 's1', NODE_ADDRESS: '10.9.9.9', SERF_PROFILE: 'local' }
  t.same(await nodeSettings(environment, host), {
    name: 's1',
    address: '10.9.9.9',
    rpc: '127.0.0.1:7373',
    profile: 'local',
  })
})

t.test('the address is the first one that is not a loopback address', async t => {
  t.equal((await nodeSettings({ NODE_NAME: 's1' }, host)).address, '10.1.2.3')
})
