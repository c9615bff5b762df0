import { until, type Tidy } from 'real-components'
import type { Test } from 'tap'
import { connect, SerfError, type ConnectOptions, type SerfClient } from '../src/index.js'

/** Agent under test, real or fake; its own member is `s1` with the tag `role=lb`. */
export interface AgentUnderTest {
  readonly host: string
  readonly port: number
  /** Gossip address of an agent that it can join. */
  readonly peer: string
}

/** Starts an agent with an RPC key and a gossip key. */
export type StartAgent = (
  t: Tidy,
  options: { readonly authKey: string; readonly key: string },
) => Promise<AgentUnderTest>

const authKey = 'the RPC key'
const key = Buffer.alloc(32, 1).toString('base64')
const otherKey = Buffer.alloc(32, 2).toString('base64')
const unknownKey = Buffer.alloc(32, 3).toString('base64')

/** Behaviour of every agent, seen through the client: runs against the real and the fake agent. */
export async function behavesLikeSerf(t: Test, start: StartAgent): Promise<void> {
  const agent = await start(t, { authKey, key })
  const { host, port } = agent
  const open = async (options: ConnectOptions = { authKey }): Promise<SerfClient> => {
    const client = await connect({ host, port, ...options })
    t.teardown(() => client.close())
    return client
  }
  await t.test('authentication', test => authentication(test, open))
  await t.test('members', test => members(test, open))
  await t.test('events and queries', test => eventsAndQueries(test, open))
  await t.test('the log', test => theLog(test, open))
  await t.test('gossip keys', test => gossipKeys(test, open))
  await t.test('joining and leaving', test => joiningAndLeaving(test, open, agent))
}

type Open = (options?: ConnectOptions) => Promise<SerfClient>

async function authentication(t: Test, open: Open): Promise<void> {
  const wrong = { code: 'authentication', command: 'auth' }
  await t.rejects(open({ authKey: 'wrong' }), wrong, 'a wrong key is refused at once')
  const client = await open({})
  const missing = { code: 'authentication', command: 'stream' }
  await t.rejects(client.stream(['*']), missing, 'a missing key is refused at the first call')
  await t.rejects(client.members(), { code: 'authentication' }, 'which ends the connection')
  const joiner = await open({})
  const unread = { code: 'authentication', command: 'join' }
  await t.rejects(joiner.join(['192.0.2.1']), unread, 'for any command')
}

async function members(t: Test, open: Open): Promise<void> {
  const client = await open()
  const names = async (filter: Parameters<SerfClient['members']>[0]) =>
    (await client.members(filter)).map(({ name }) => name)
  t.match(await client.members(), [{ name: 's1', status: 'alive', tags: { role: 'lb' } }])
  t.same(await names({ name: 's\\d', status: 'alive', tags: { role: 'lb|web' } }), ['s1'])
  t.same(await names({ name: 's' }), [], 'expressions match the whole value')
  t.same(await names({ status: 'failed|left' }), [])

  await client.tags({ set: { zone: 'a\n"b"' } })
  t.same((await client.members())[0]?.tags, { role: 'lb', zone: 'a\n"b"' })
  await client.tags({ delete: ['zone'] })
  t.same((await client.members())[0]?.tags, { role: 'lb' })

  t.match(await client.stats(), { agent: { name: 's1' }, serf: { members: '1' } })
  t.match(await client.coordinate('s1'), { vector: Array, height: Number })
  t.equal(await client.coordinate('unknown'), undefined)
  await client.forceLeave('unknown', { prune: true })
  const many = await Promise.all(Array.from({ length: 50 }, (_, i) => names({ name: `s[${i}1]` })))
  t.same(many.flat().length, 50, 'calls may overlap')
}

async function eventsAndQueries(t: Test, open: Open): Promise<void> {
  const [asker, answerer] = await Promise.all([open(), open()])
  const events = await answerer.stream(['user:deploy', 'query:load'])
  await asker.event('other', 'not for this stream')
  await asker.event('deploy', 'v2')
  const deploy = (await events.next()).value
  t.match(deploy, { event: 'user', name: 'deploy', coalesce: false })
  t.equal(Buffer.from(deploy?.payload ?? []).toString(), 'v2')
  const tooLarge = { code: 'refused', command: 'event', message: /limit/ }
  await t.rejects(asker.event('deploy', 'x'.repeat(600)), tooLarge)

  const records = await asker.query('load', { payload: 'now?', ack: true, answerMs: 1000 })
  const query = (await events.next()).value
  t.match(query, { event: 'query', name: 'load' })
  if (query?.event !== 'query') throw new Error('the query was not streamed')
  await answerer.respond(query.id, Uint8Array.of(0, 255))
  await t.rejects(answerer.respond(query.id, 'again'), { code: 'refused', command: 'respond' })
  const found: unknown[] = []
  for await (const { type, from, payload } of records) found.push([type, from, [...payload]])
  t.same(
    found.toSorted((a, b) => String(a).localeCompare(String(b))),
    [
      ['ack', 's1', []],
      ['response', 's1', [0, 255]],
    ],
    'and the stream ends',
  )

  const unanswered = await asker.query('load', { nodes: ['s2'], ack: true, answerMs: 100 })
  t.same(await unanswered.next(), { value: undefined, done: true }, 'no member matches the filter')
  const ping = await asker.query('_serf_ping', { nodes: ['s1'], ack: true, answerMs: 100 })
  t.match(
    await ping.next(),
    { value: { type: 'ack', from: 's1' } },
    "Serf's own ping is acknowledged",
  )
}

async function theLog(t: Test, open: Open): Promise<void> {
  const client = await open()
  const abort = new AbortController()
  const lines = await client.monitor('INFO', { signal: abort.signal })
  await t.rejects(client.monitor('INFO'), { code: 'refused', message: /Monitor already exists/ })
  const accepted = `agent.ipc: Accepted client: ${client.localAddress}`
  for await (const line of lines) if (line.endsWith(accepted)) break
  t.pass('a monitor starts with earlier lines, including the line of this connection')

  const again = await client.monitor('INFO', { signal: abort.signal })
  t.type((await again.next()).value, 'string', 'leaving the loop freed the first monitor')
  abort.abort(new Error('enough'))
  const drained = async () => {
    for await (const line of again) t.type(line, 'string')
  }
  await t.rejects(drained(), { message: 'enough' }, 'aborting ends the loop')
  const third = await client.monitor('INFO')
  t.type((await third.next()).value, 'string', 'and frees the second monitor')
  await third.return?.()
  const bad = client.monitor('LOUD' as 'INFO')
  await t.rejects(bad, { code: 'refused', command: 'monitor' })
}

async function gossipKeys(t: Test, open: Open): Promise<void> {
  const client = await open()
  t.same(await client.listKeys(), {
    messages: {},
    keys: { [key]: 1 },
    nodes: 1,
    responses: 1,
    errors: 0,
  })
  const failure = await client.useKey(unknownKey).catch((error: unknown) => error)
  t.match(failure, { code: 'refused', command: 'use-key', details: { errors: 1, nodes: 1 } })
  t.ok(failure instanceof SerfError)
  await client.installKey(otherKey)
  t.match((await client.listKeys()).keys, { [key]: 1, [otherKey]: 1 })
  await client.useKey(otherKey)
  await t.rejects(client.removeKey(otherKey), { code: 'refused' }, 'the key in use is kept')
  await client.removeKey(key)
  t.same((await client.listKeys()).keys, { [otherKey]: 1 })
  await client.installKey(key)
  await client.useKey(key)
}

async function joiningAndLeaving(t: Test, open: Open, agent: AgentUnderTest): Promise<void> {
  const client = await open()
  const unreachable = '127.0.0.1:9'
  const failure = { code: 'refused', command: 'join', details: 0 }
  await t.rejects(client.join([unreachable]), failure)
  t.equal(await client.join([agent.peer, unreachable]).catch(() => 1), 1, 'one of two is reached')
  t.ok((await client.members()).length >= 1, 'replies are still paired with their calls')

  const reading = async () => {
    for await (const event of await client.stream(['*'])) t.ok(event)
  }
  const ended = t.rejects(reading(), { code: 'closed' }, 'leaving ends its streams')
  await client.leave()
  await ended
  const hasExited = () =>
    open().then(
      () => false,
      (error: unknown) => error instanceof SerfError && error.code === 'unreachable',
    )
  await until('the agent to exit', hasExited)
}
