import { connect, type SerfClient } from 'node-serf-client'
import type { FakeAgent } from 'node-serf-client/fake-agent'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { pingMember, pingUntilAnswered } from '../src/ping-member.js'
import { startFakeSerfAgent } from './fake-serf-agent.js'

// The fake agent answers for its own member only.
const own = 'fake'
const { signal: never } = new AbortController()

async function clientAndAgent(t: Test): Promise<{ client: SerfClient; agent: FakeAgent }> {
  const agent = await startFakeSerfAgent(t, [own, 's2'])
  const client = await connect({ port: agent.port })
  t.teardown(() => client.close())
  return { client, agent }
}

function pings({ requests }: FakeAgent): unknown[] {
  return requests.filter(({ command }) => command === 'query').map(({ body }) => body)
}

t.test('a member that acknowledges the ping has answered', async t => {
  const { client, agent } = await clientAndAgent(t)
  t.equal(await pingMember(client, own, never), true)
  t.match(pings(agent), [
    { Name: '_serf_ping', FilterNodes: [own], RequestAck: true, Timeout: 1_000_000_000 },
  ])
})

t.test('a member that is silent for a second has not answered', async t => {
  const { client } = await clientAndAgent(t)
  t.equal(await pingMember(client, 's2', never), false)
})

t.test('a refused query rejects the ping', async t => {
  const { client, agent } = await clientAndAgent(t)
  agent.next('query', { refuse: 'not allowed' })
  await t.rejects(pingMember(client, own, never), { code: 'refused' })
})

t.test('the signal ends a ping that waits for its answer', async t => {
  const { client, agent } = await clientAndAgent(t)
  const abort = new AbortController()
  const pinging = t.rejects(pingMember(client, 's2', abort.signal), { message: 'enough' })
  await until('the ping to arrive', () => pings(agent).length === 1)
  abort.abort(new Error('enough'))
  await pinging
})

t.test('pings stop with the first answer', async t => {
  const { client, agent } = await clientAndAgent(t)
  t.equal(await pingUntilAnswered(client, own, () => true, never), true)
  t.equal(pings(agent).length, 1)
})

t.test('pings stop when the member is no longer suspect', async t => {
  const { client, agent } = await clientAndAgent(t)
  let rounds = 0
  const isSuspect = () => rounds++ < 2
  t.equal(await pingUntilAnswered(client, 's2', isSuspect, never), false)
  t.equal(pings(agent).length, 2)
})

t.test('an aborted signal sends no ping', async t => {
  const { client, agent } = await clientAndAgent(t)
  t.equal(await pingUntilAnswered(client, own, () => true, AbortSignal.abort()), false)
  t.same(pings(agent), [])
})
