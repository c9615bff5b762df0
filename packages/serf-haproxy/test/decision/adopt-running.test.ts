import t from 'tap'
import { adoptRunning, holdUnknownServers } from '../../src/decision/adopt-running.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { runningServer } from '../sample-running-server.js'
import { factsOf, serving, standing, step } from './decision-scene.js'

const server = (pool: string, name: string) => runningServer(name, { pool })

t.test('an agent without memory adopts the running servers that Serf knows', async t => {
  const { members } = factsOf({ serf: { s1: 'failed', s2: 'alive' } }).membership
  const running = ['s1', 's2', 's3'].map(name => server('nodes', name))
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

const membersOf = (...names: string[]) =>
  factsOf({ serf: Object.fromEntries(names.map(name => [name, 'alive' as const])) }).membership
    .members

t.test('a server in two pools is adopted once, with both pools', async t => {
  const memory = adoptRunning(noMemory, membersOf('s1'), [server('web', 's1'), server('api', 's1')])
  t.match(memory.members.get('s1'), {
    member: { name: 's1', address: '10.0.0.1', tags: { role: 'b' } },
    pools: ['web', 'api'],
    isAdmitted: true,
  })
})

t.test('a known pool is not adopted again, and keeps the memory of the member', async t => {
  const before = serving('s1')
  const after = adoptRunning(before, membersOf('s1'), [server('nodes', 's1')])
  t.equal(after.members.get('s1'), before.members.get('s1'))
})

t.test('a new pool of a known member keeps its applied address and its flaps', async t => {
  const before = serving('s1')
  const known = before.members.get('s1')
  if (!known) throw new Error('expected s1 in the memory')
  const flapState = { penalty: 3, at: 5, isDamped: false, wantsTraffic: true }
  const moved = { ...known, member: { ...known.member, address: '10.0.0.7' }, flapState }
  const memory = { ...before, heldSince: 7, members: new Map([['s1', moved]]) }
  const after = adoptRunning(memory, membersOf('s1'), [server('api', 's1')])
  t.match(after.members.get('s1'), {
    member: { address: '10.0.0.7' },
    pools: ['nodes', 'api'],
    flapState,
  })
  t.equal(after.heldSince, 7)
})

t.test('the memory that is passed in does not change', async t => {
  adoptRunning(noMemory, membersOf('s1'), [server('web', 's1')])
  t.equal(noMemory.members.size, 0)
})

t.test('removals of unknown servers are held above the share, and not at it', async t => {
  const running = ['s1', 's2', 's3', 's4'].map(name => server('web', name))
  const held = (...names: string[]) =>
    holdUnknownServers(membersOf(...names), running, { maxLostShare: 0.5 })
  t.equal(held('s1', 's2', 's3', 's4'), undefined)
  t.equal(held('s1', 's2'), undefined, 'two of four')
  t.same(held('s1'), {
    reason: 'Serf knows 1 of the 4 servers that HAProxy runs, and this agent has no memory of any',
    removals: ['s2', 's3', 's4'].map(member => ({ pool: 'web', member })),
  })
  t.equal(held()?.removals.length, 4)
})

t.test('a HAProxy without servers has none to hold', async t => {
  t.equal(holdUnknownServers(membersOf(), [], { maxLostShare: 0 }), undefined)
})
