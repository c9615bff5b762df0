import { connect } from 'node-serf-client'
import {
  freePort,
  gossipKey,
  loopbackAddress,
  missingProgram,
  startSerfAgent,
  until,
} from 'real-components'
import t from 'tap'
import { joinSeeds } from '../../src/join-seeds.js'

t.test(
  'nodes that start in any order become one cluster',
  { skip: missingProgram('serf') },
  async t => {
    const key = gossipKey()
    const rpcKey = 'secret'
    const [one, two] = [loopbackAddress(), loopbackAddress()]
    const start = async (name: string, address: string) => {
      const at = { address, gossipPort: 7946, rpcPort: await freePort(address) }
      return startSerfAgent(t, { name, key, rpcKey, at })
    }
    const first = await start('first', one)
    const ended = new AbortController()
    t.teardown(() => ended.abort())
    const joined: string[] = []
    let isReady = false
    const joining = joinSeeds({
      // The second one does not run yet.
      seeds: [two, 'no-such-name.invalid'],
      rpc: { host: one, port: first.rpcPort },
      authKey: rpcKey,
      signal: ended.signal,
      intervalMs: 50,
      onReady: () => (isReady = true),
      onJoined: address => joined.push(address),
    })
    await until('the first search', () => isReady)
    await start('second', two)
    await using client = await connect({ host: one, port: first.rpcPort, authKey: rpcKey })
    await until('both in one cluster', async () => {
      const members = await client.members()
      return members.filter(({ status }) => status === 'alive').length === 2
    })
    await until('the join to be reported', () => joined.length > 0)
    t.equal(joined[0], two)
    ended.abort()
    await joining
  },
)

t.test(
  'an agent that does not run yet is waited for',
  { skip: missingProgram('serf') },
  async t => {
    const host = loopbackAddress()
    const port = await freePort(host)
    const ended = new AbortController()
    t.teardown(() => ended.abort())
    let isReady = false
    const joining = joinSeeds({
      seeds: [host],
      rpc: { host, port },
      authKey: 'secret',
      signal: ended.signal,
      onReady: () => (isReady = true),
    })
    const at = { address: host, gossipPort: 7946, rpcPort: port }
    await startSerfAgent(t, { name: 'late', key: gossipKey(), rpcKey: 'secret', at })
    await until('the agent to be found', () => isReady)
    ended.abort()
    await joining
    t.ok(isReady)
  },
)
