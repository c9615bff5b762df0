import t from 'tap'
import { FakeCluster } from '../../src/fake-agent/fake-cluster.js'
import { filteredMembers } from '../../src/fake-agent/filtered-members.js'
import type { Member } from '../../src/records/member.js'

function member(name: string, facts: Partial<Member> = {}): Member {
  return { name, address: '10.0.0.1', port: 7946, status: 'alive', tags: {}, ...facts }
}

const cluster = new FakeCluster({
  self: member('s1', { tags: { role: 'lb' } }),
  members: [
    member('web-1', { tags: { role: 'web' } }),
    member('web.2', { status: 'failed' }),
    member('web+2'),
  ],
  keys: [],
  peers: [],
})

const filtered = (body: object) => filteredMembers(cluster, { ...body }).map(({ name }) => name)

t.test('filters select members by whole expressions', async t => {
  t.same(filtered({}), ['s1', 'web-1', 'web.2', 'web+2'])
  t.same(filtered({ Name: 'web' }), [])
  t.same(filtered({ Name: 'web-\\d', Status: 'alive' }), ['web-1'])
  t.same(filtered({ Tags: { role: 'lb|db' } }), ['s1'])
  t.throws(() => filtered({ Name: '(' }), /does not compile/)
})

t.test('a quoted name selects one member', async t => {
  for (const [Name, expected] of [
    ['web-1', 'web-1'],
    ['^web\\-1$', 'web-1'],
    ['\\Qweb.2\\E', 'web.2'],
    ['^web\\.2$', 'web.2'],
    ['web\\+2', 'web+2'],
    ['web\\x{2b}2', 'web+2'],
  ] as const)
    t.same(filtered({ Name }), [expected], Name)
  t.same(filtered({ Name: 'web.2' }), ['web.2', 'web+2'], 'a dot matches any character')
  t.same(filtered({ Name: 'web-1', Status: 'failed' }), [])
  t.same(filtered({ Name: 'web-9' }), [])
})

t.test('quoted names of one group are looked up, and no other member is read', async t => {
  const members = ['a', 'b|c', 'd\\', '(?:a)'].map(name => member(name))
  const large = new FakeCluster({ self: member('s1'), members, keys: [], peers: [] })
  Object.defineProperty(large, 'list', {
    get: () => {
      throw new Error('all members are read')
    },
  })
  const named = (Name: string) => filteredMembers(large, { Name }).map(({ name }) => name)
  for (const [expression, expected] of [
    ['(?:a)', ['a']],
    ['(?:b\\|c|x|a|a)', ['b|c', 'a']],
    ['(?:d\\\\|a)', ['d\\', 'a']],
    ['(?:\\(\\?:a\\))', ['(?:a)']],
  ] as const)
    t.strictSame(named(expression), expected, expression)
  for (const expression of ['(?:a|)', '(?:a)(?:b)', 'a|b', '(?:.|a)'])
    t.throws(() => named(expression), { message: 'all members are read' }, expression)
})
