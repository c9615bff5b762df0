import { gossipKey, missingProgram, startSerfAgent } from 'real-components'
import t from 'tap'
import { watchMembership, type Membership } from '../../src/index.js'

const skip = missingProgram('serf')

const many = 100
const names = Array.from({ length: many }, (_, i) => `n${i}`)

t.test('a hundred agents join together, and fifty of them leave', { skip }, async t => {
  const key = gossipKey()
  const agent = await startSerfAgent(t, { name: 'lb', key })
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const { address: host, rpcPort: port } = agent
  let snapshots = 0
  const until = async (condition: (snapshot: Membership) => boolean): Promise<Membership> => {
    for (;;) {
      const { value } = await watching.next()
      if (!value) throw new Error('the watch has ended')
      snapshots++
      if (condition(value)) return value
    }
  }
  // The resync is so rare that the agent reports every change.
  const options = { host, port, resyncMs: 600_000, signal: abort.signal }
  const watching = watchMembership(options)
  const agents = await Promise.all(
    names.map(name => startSerfAgent(t, { name, key, seeds: [agent], tags: { role: 'web' } })),
  )
  const joined = await until(having('alive', many + 1))
  t.same([...joined.members.keys()].toSorted(), [...names, 'lb'].toSorted())
  t.match(joined, { connected: true, changeSource: 'log' })
  t.ok(snapshots <= 100, `a burst causes few snapshots: ${snapshots}`)

  for (const { process } of agents.slice(0, 50)) process.kill('SIGTERM')
  const left = await until(having('left', 50))
  t.ok(having('alive', 51)(left), 'the others remain')
  t.equal(left.changeSource, 'log')
})

function having(status: string, count: number): (snapshot: Membership) => boolean {
  return ({ members }) =>
    [...members.values()].filter(member => member.status === status).length === count
}
