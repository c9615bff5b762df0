import { spawn } from 'node:child_process'
import {
  endProcess,
  freePort,
  gossipKey,
  loopbackAddress,
  missingProgram,
  startSerfAgent,
  until,
  type SerfAgent,
  type SerfAgentOptions,
  type Tidy,
} from 'real-components'
import t from 'tap'
import { connect, type ConnectOptions, type SerfClient } from '../../src/index.js'
import { behavesLikeSerf } from '../agent-behaviour.js'

const skip = missingProgram('serf')

type AgentOptions = Partial<SerfAgentOptions>

function startAgent(t: Tidy, options: AgentOptions = {}): Promise<SerfAgent> {
  return startSerfAgent(t, { name: 's1', key: gossipKey(), ...options })
}

async function clientOf(t: Tidy, agent: SerfAgent, more?: ConnectOptions): Promise<SerfClient> {
  const client = await connect({ host: agent.address, port: agent.rpcPort, ...more })
  t.teardown(() => client.close())
  return client
}

t.test('the real agent passes the suite for all agents', { skip }, t =>
  behavesLikeSerf(t, async (t, { authKey, key }) => {
    const peer = await startSerfAgent(t, { name: 's2', key })
    const agent = await startSerfAgent(t, {
      name: 's1',
      key,
      rpcKey: authKey,
      tags: { role: 'lb' },
    })
    return {
      host: agent.address,
      port: agent.rpcPort,
      peer: `${peer.address}:${peer.gossipPort}`,
    }
  }),
)

t.test('members can be filtered by status, name and tags', { skip }, async t => {
  const key = gossipKey()
  const agent = await startAgent(t, { name: 'lb', key, tags: { role: 'lb' } })
  await startAgent(t, { name: 'web-1', key, seeds: [agent], tags: { role: 'web', 'a/b': 'x' } })
  const client = await clientOf(t, agent)
  await until('both members', async () => (await client.members()).length === 2)
  const names = async (filter: Parameters<SerfClient['members']>[0]) =>
    (await client.members(filter)).map(member => member.name).toSorted()

  t.same(await names({}), ['lb', 'web-1'])
  t.same(await names({ status: 'alive' }), ['lb', 'web-1'])
  t.same(await names({ status: 'failed' }), [], 'an empty list is no error')
  t.same(await names({ name: 'web-\\d' }), ['web-1'])
  t.same(await names({ name: 'web' }), [], 'an expression has to match whole')
  t.same(await names({ tags: { role: 'web|api' } }), ['web-1'])
  t.same(await names({ tags: { role: 'lb', 'a/b': 'x' } }), [], 'every tag has to match')
  t.same(await names({ name: 'w.*', status: 'alive', tags: { 'a/b': '.' } }), ['web-1'])

  // The agent must be able to compile every accepted expression: it closes the connection otherwise.
  for (const name of [
    '\\\\1',
    '[[:alpha:]]+',
    'a{1,3}',
    '\\.\\-\\/',
    '\\(?<',
    '[\\w-]+?',
    '\\pL',
    '$^',
    '',
  ]) {
    t.type(await names({ name }), Array, name)
  }
})

t.test('monitor has a line for a join, and stream delivers it', { skip }, async t => {
  const key = gossipKey()
  const agent = await startAgent(t, { key })
  const client = await clientOf(t, agent)
  const lines = await client.monitor('INFO')
  const events = await client.stream(['member-join'])
  await t.rejects(client.monitor('INFO'), { code: 'refused', message: /Monitor already exists/ })

  const joiner = await startAgent(t, { name: 's2', key, seeds: [agent], tags: { role: 'web' } })
  for await (const line of lines) if (line.includes('EventMemberJoin: s2')) break
  for await (const { event, members } of events) {
    const joined = members.find(member => member.name === 's2')
    if (!joined) continue
    t.equal(event, 'member-join')
    t.match(joined, { port: joiner.gossipPort, status: 'alive', tags: { role: 'web' } })
    break
  }
  const again = await client.monitor('INFO')
  t.match(await again.next(), { value: String, done: false }, 'the first monitor was stopped')
})

t.test('hostile names and tags come through unchanged', { skip }, async t => {
  const name = 's1\n  server evil 6.6.6.6:80 "\'\\'
  const tags = { 'a "key"\n': 'x\r\n"y" \\ {{z}} 🦀', constructor: 'x' }
  const hostile = { ...tags, ['__proto__']: 'evil' }
  const client = await clientOf(t, await startAgent(t, { name, tags: hostile }))
  const [member] = await client.members()
  t.equal(member?.name, name)
  const { '__proto__\0': shown, ...others } = member?.tags ?? {}
  t.equal(shown, 'evil', 'the one key that is renamed')
  t.same(others, tags)
})

t.test('a killed agent ends open streams with closed', { skip }, async t => {
  const agent = await startAgent(t)
  const client = await clientOf(t, agent)
  const events = await client.stream(['member-join'])
  for await (const { members } of events) {
    t.equal(members[0]?.name, 's1', 'the agent begins with its own join')
    break
  }
  const lines = await client.monitor('INFO')
  const reading = async () => {
    for await (const line of lines) t.type(line, 'string')
  }
  const rejection = t.rejects(reading(), { code: 'closed' })
  agent.process.kill('SIGKILL')
  await rejection
  await t.rejects(client.members(), { code: 'closed' })
  // The connections of a process that dies may break before its listener does.
  await endProcess(agent.process)
  const { address: host, rpcPort: port } = agent
  await t.rejects(connect({ host, port }), { code: 'unreachable' })
})

t.test('keys can be rotated on a cluster of two, which stays connected', { skip }, async t => {
  const [key, next] = [gossipKey(), gossipKey()]
  const agent = await startAgent(t, { key })
  const other = await startAgent(t, { name: 's2', key, seeds: [agent] })
  const clients = [await clientOf(t, agent), await clientOf(t, other)]
  const together = async () => {
    const alive = await Promise.all(clients.map(client => client.members({ status: 'alive' })))
    return alive.every(members => members.length === 2)
  }
  await until('both to see each other', together)
  const [client] = clients
  if (!client) throw new Error('there are two')
  const allMembers = { nodes: 2, responses: 2, errors: 0 }
  t.match(await client.installKey(next), allMembers)
  t.match(await client.listKeys(), { keys: { [key]: 2, [next]: 2 } })
  t.match(await client.useKey(next), allMembers)
  t.match(await client.removeKey(key), allMembers)
  t.match(await client.listKeys(), { ...allMembers, keys: { [next]: 2 } })
  t.ok(await together(), 'with the new key alone')
  const records = await client.query('ping', { nodes: ['s2'], ack: true, answerMs: 500 })
  t.match(await records.next(), { value: { type: 'ack', from: 's2' } }, 'and gossips')
})

t.test('a name and a tag of invalid UTF-8 are read as U+FFFD', { skip }, async t => {
  const host = loopbackAddress()
  const [gossip, port] = [await freePort(host), await freePort(host)]
  const places = `-bind=${host}:${gossip} -rpc-addr=${host}:${port} -encrypt=${gossipKey()}`
  // Only a shell can pass arguments that are not text.
  const odd = `-node="$(printf '\\301\\2611')" -tag="role=$(printf 'a\\377\\n "b')"`
  const script = `exec serf agent -profile=local ${places} ${odd}`
  const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' })
  t.teardown(() => endProcess(child))
  const client = await until('the agent to run', () => {
    if (child.exitCode !== null) throw new Error('the agent ended')
    return connect({ host, port }).catch(() => undefined)
  })
  t.teardown(() => client.close())
  const [member] = await client.members()
  t.match(member, { name: '\ufffd\ufffd1', tags: { role: 'a\ufffd\n "b' }, status: 'alive' })
})
