import t from 'tap'
import { answers, type Answer } from '../../src/fake-agent/fake-answers.js'
import { FakeCluster, type WireEvent } from '../../src/fake-agent/fake-cluster.js'
import type { Member } from '../../src/records/member.js'
import type { Command } from '../../src/wire/command-table.js'

function member(name: string, facts: Partial<Member> = {}): Member {
  return { name, address: '10.0.0.1', port: 7946, status: 'alive', tags: {}, ...facts }
}

function clusterOf(
  options: { keys?: readonly string[]; members?: readonly Member[] } = {},
): FakeCluster {
  const { keys = [], members = [] } = options
  const self = member('s1', { tags: { role: 'lb' } })
  return new FakeCluster({ self, members, keys, peers: ['10.0.0.2:7946'] })
}

function answer(cluster: FakeCluster, command: Command, body: object = {}): Answer | undefined {
  return answers[command]?.(cluster, { ...body })
}

function names(reply: Answer | undefined): unknown {
  return reply?.members?.map(({ name }) => name)
}

t.test('`members` lists every member', async t => {
  t.same(names(answer(clusterOf({ members: [member('web-1')] }), 'members')), ['s1', 'web-1'])
})

t.test('a join counts the peers that it reached, and is refused without any', async t => {
  const cluster = clusterOf()
  t.same(answer(cluster, 'join', { Existing: ['10.0.0.2:7946', '10.0.0.9:1'] }), {
    body: { Num: 1 },
  })
  t.match(answer(cluster, 'join', { Existing: ['10.0.0.9:1'] }), {
    body: { Num: 0 },
    reason: /no peer/,
  })
})

t.test('force-leave changes failed members only', async t => {
  const cluster = clusterOf({ members: [member('s2', { status: 'failed' }), member('s3')] })
  for (const Node of ['s2', 's3', 'unknown']) answer(cluster, 'force-leave', { Node })
  t.equal(cluster.members.get('s2')?.status, 'left')
  t.equal(cluster.members.get('s3')?.status, 'alive')
  cluster.setMember(member('s4', { status: 'failed' }))
  for (const Node of ['s2', 's3', 's4']) answer(cluster, 'force-leave', { Node, Prune: true })
  t.same([...cluster.members.keys()], ['s1', 's3'], 'a prune removes members that left, too')
  t.match(cluster.log.at(-1), /^\[INFO\] serf: EventMemberReap \(forced\): s4 /)
})

t.test('tags are set and deleted, with a line in the log', async t => {
  const cluster = clusterOf()
  answer(cluster, 'tags', { Tags: { zone: 'a' }, DeleteTags: ['role'] })
  t.same(cluster.members.get('s1')?.tags, { zone: 'a' })
  t.match(cluster.log, ['[INFO] serf: EventMemberUpdate: s1'])
})

t.test('a user event reaches its listeners, and a large one is refused', async t => {
  const cluster = clusterOf()
  const events: WireEvent[] = []
  cluster.listeners.add({ onLogLine: () => {}, onEvent: event => events.push(event) })
  const Payload = Buffer.alloc(506)
  t.same(answer(cluster, 'event', { Name: 'deploy', Payload, Coalesce: false }), {})
  t.match(events, [{ types: ['user', 'user:deploy'], record: { Name: 'deploy', LTime: 1 } }])
  t.match(answer(cluster, 'event', { Name: 'deploy', Payload: Buffer.alloc(507) }), {
    reason: /limit of 512 bytes/,
  })
  t.equal(events.length, 1)
})

t.test('a coordinate exists for known members only', async t => {
  t.match(answer(clusterOf(), 'get-coordinate', { Node: 's1' }), { body: { Ok: true } })
  t.match(answer(clusterOf(), 'get-coordinate', { Node: 's9' }), { body: { Ok: false } })
})

t.test('keys are installed, used and removed, but not the key in use', async t => {
  const cluster = clusterOf({ keys: ['a'] })
  answer(cluster, 'install-key', { Key: 'b' })
  answer(cluster, 'install-key', { Key: 'b' })
  t.same(cluster.keys, ['a', 'b'])
  t.match(answer(cluster, 'remove-key', { Key: 'a' }), { reason: /1\/1 nodes reported failure/ })
  answer(cluster, 'use-key', { Key: 'b' })
  t.same(cluster.keys, ['b', 'a'])
  answer(cluster, 'remove-key', { Key: 'a' })
  t.same(cluster.keys, ['b'])
  t.match(answer(cluster, 'use-key', { Key: 'c' }), { body: { NumErr: 1 } })
  t.match(answer(cluster, 'list-keys'), { body: { Keys: { b: 1 }, NumErr: 0 } })
})

t.test('without encryption every key command is refused', async t => {
  for (const command of ['install-key', 'use-key', 'remove-key', 'list-keys'] as const) {
    t.match(answer(clusterOf(), command, { Key: 'a' }), {
      reason: /reported failure/,
      body: { Messages: { s1: 'Keyring is empty' } },
    })
  }
})
