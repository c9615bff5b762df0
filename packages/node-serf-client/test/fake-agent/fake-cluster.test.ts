import t from 'tap'
import { FakeCluster, type WireEvent } from '../../src/fake-agent/fake-cluster.js'
import type { Member } from '../../src/records/member.js'

const self: Member = { name: 's1', address: '', port: 7946, status: 'alive', tags: {} }

function clusterOf(...members: readonly Member[]): FakeCluster {
  return new FakeCluster({ self, members, keys: [], peers: [] })
}

t.test('the own member comes first, and members are found by name', async t => {
  const cluster = clusterOf({ ...self, name: 's2' })
  t.equal(cluster.self, 's1')
  t.same([...cluster.members.keys()], ['s1', 's2'])
})

t.test('the logical clock advances with each tick', async t => {
  const cluster = clusterOf()
  t.same([cluster.tick(), cluster.tick()], [1, 2])
})

t.test('lines and events reach all listeners', async t => {
  const cluster = clusterOf()
  const received: unknown[] = []
  for (const name of ['one', 'other']) {
    cluster.listeners.add({
      onLogLine: line => received.push([name, line]),
      onEvent: event => received.push([name, event]),
    })
  }
  const event: WireEvent = { types: ['user'], record: {} }
  cluster.write('[INFO] a line')
  cluster.emit(event)
  t.same(received, [
    ['one', '[INFO] a line'],
    ['other', '[INFO] a line'],
    ['one', event],
    ['other', event],
  ])
})

t.test('the log keeps the newest 512 lines', async t => {
  const cluster = clusterOf()
  for (let i = 0; i < 600; i++) cluster.write(String(i))
  t.equal(cluster.log.length, 512)
  t.same([cluster.log[0], cluster.log.at(-1)], ['88', '599'])
})
