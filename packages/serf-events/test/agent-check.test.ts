import { connect, type SerfClient } from 'node-serf-client'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { checkAgent, ownName } from '../src/agent-check.js'
import { startFakeSerfAgent, type FakeSerfAgent } from './fake-serf-agent.js'

interface Checked {
  readonly agent: FakeSerfAgent
  readonly client: SerfClient
  readonly abort: AbortController
  /** Returns the number of requests for statistics. */
  checks(): number
}

async function start(t: Test): Promise<Checked> {
  const agent = await startFakeSerfAgent(t, ['s1'], { name: 'lb' })
  const client = await connect({ port: agent.port, timeoutMs: 60_000 })
  const abort = new AbortController()
  t.teardown(() => {
    abort.abort()
    client.close()
  })
  const checks = () => agent.commands.filter(command => command === 'stats').length
  return { agent, client, abort, checks }
}

t.test('the agent is asked again and again, while that is needed', async t => {
  const { client, abort, checks } = await start(t)
  let rounds = 0
  const checking = checkAgent(client, 1, () => ++rounds > 3, abort.signal)
  const ended = t.rejects(checking, { name: 'AbortError' })
  await until('two checks', () => checks() >= 2)
  t.ok(checks() <= rounds - 3)
  abort.abort()
  await ended
})

t.test('an agent that refuses its statistics passes the check', async t => {
  const { agent, client, abort, checks } = await start(t)
  agent.next('stats', { refuse: 'not allowed' })
  const ended = t.rejects(checkAgent(client, 1, () => true, abort.signal))
  await until('a second check', () => checks() >= 2)
  abort.abort()
  await ended
})

t.test('an agent that does not answer rejects the check', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const client = await connect({ port: agent.port, timeoutMs: 1000 })
  t.teardown(() => client.close())
  agent.next('stats', { hang: true })
  const { signal } = new AbortController()
  await t.rejects(
    checkAgent(client, 1, () => true, signal),
    { code: 'timeout', command: 'stats' },
  )
})

t.test('the name of the own member is in the statistics', async t => {
  const { agent, client, abort } = await start(t)
  t.equal(await ownName(client, abort.signal), 'lb')
  agent.next('stats', { refuse: 'not allowed' })
  t.equal(await ownName(client, abort.signal), undefined)
})
