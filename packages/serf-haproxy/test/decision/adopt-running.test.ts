import t from 'tap'
import { adoptRunning, holdUnknownServers } from '../../src/decision/adopt-running.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { factsOf, standing, step } from './decision-scene.js'

t.test('an agent without memory adopts the running servers that Serf knows', async t => {
  const { members } = factsOf({ serf: { s1: 'failed', s2: 'alive' } }).membership
  const running = ['s1', 's2', 's3'].map(name => ({
    pool: 'nodes',
    name,
    address: '10.0.0.1',
    port: 1,
    weight: 100,
    admin: 'ready' as const,
    health: 'up' as const,
    checked: true,
  }))
  const memory = adoptRunning(noMemory, members, running)
  t.same([...memory.members.keys()], ['s1', 's2'])
  t.match(holdUnknownServers(members, running, { maxLostShare: 0.3 }), {
    reason: /Serf knows 2 of the 3 servers/,
    removals: [{ pool: 'nodes', member: 's3' }],
  })
  t.equal(holdUnknownServers(members, running, { maxLostShare: 0.5 }), undefined)
  const { decision } = step(
    memory,
    { serf: { s1: 'failed', s2: 'alive' }, haproxy: { s1: 'up' } },
    0,
  )
  t.equal(standing(decision, 's1'), 'kept-by-health')
})
