import { connect } from 'node-serf-client'
import t from 'tap'
import { VersionedMap } from 'versioned-map'
import { mergeAll } from '../../src/reads/merge-members.js'
import { canReadNames, readMembers } from '../../src/reads/read-members.js'
import { member, startFakeSerfAgent } from '../fake-serf-agent.js'

const { signal } = new AbortController()
const none = VersionedMap.of<string, never>([])

t.test('a filter by name is the only one that excludes reads by name', async t => {
  t.ok(canReadNames(undefined))
  t.ok(canReadNames({ status: 'alive', tags: { role: 'web' } }))
  t.notOk(canReadNames({ name: '' }))
})

t.test('names are asked for in one call, and all members without names', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's2', 's3'])
  await using client = await connect({ port: agent.port })
  const names = new Map([
    ['s1', false],
    ['s3', false],
  ])
  const named = await readMembers(client, undefined, none, names, signal)
  t.same([...named.members.keys()], ['s1', 's3'])
  t.notOk(named.isDoubtful)
  const all = await readMembers(client, undefined, named.members, undefined, signal)
  t.same([...all.members.keys()], ['s1', 's3', 's2'])
  t.equal(all.members.get('s1'), named.members.get('s1'))
  t.same(agent.namedReads(), ['(?:s1|s3)'])
  t.equal(agent.reads(), 1)
})

t.test('a missing member is doubtful without a filter, and does not match with one', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  await using client = await connect({ port: agent.port })
  const known = mergeAll(none, [member('s1'), member('s2')])
  const names = new Map([['s2', false]])
  const doubtful = await readMembers(client, undefined, known, names, signal)
  t.same(doubtful, { members: known, isDoubtful: true })
  const filtered = await readMembers(client, { status: 'alive' }, known, names, signal)
  t.notOk(filtered.isDoubtful)
  t.same([...filtered.members.keys()], ['s1'])
})
