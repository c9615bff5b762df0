import { startFakeAgent, type FakeAgentOptions } from 'node-serf-client/fake-agent'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkSerf } from '../../src/doctor/check-serf.js'
import { writeConfiguration } from '../run-command.js'

const never = new AbortController().signal

async function configured(t: Test, options: FakeAgentOptions = {}) {
  const serf = await startFakeAgent(options)
  t.teardown(() => serf.close())
  const file = await writeConfiguration(t.testdir(), { rpc: `127.0.0.1:${serf.port}` })
  return { serf, configuration: loadConfiguration(file) }
}

t.test('a Serf agent that answers is ok, with the number of its alive members', async t => {
  const member = { address: '127.0.0.2', port: 7946, tags: {} }
  const { serf, configuration } = await configured(t, {
    members: [
      { ...member, name: 's1', status: 'alive' },
      { ...member, name: 's2', status: 'failed' },
    ],
  })
  t.same(await checkSerf(configuration, never), [
    {
      check: 'Serf',
      level: 'ok',
      text: `127.0.0.1:${serf.port} answers; 2 of 3 members are alive`,
    },
  ])
})

t.test('a Serf agent that refuses its log is a warning', async t => {
  const { serf, configuration } = await configured(t)
  serf.next('monitor', { refuse: 'not allowed' })
  t.match(await checkSerf(configuration, never), [
    { level: 'ok' },
    { level: 'warn', text: 'changes arrive seconds late', remedy: /monitor/ },
  ])
})

t.test('an unreachable Serf agent fails, and the remedy names the setting', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir()))
  t.match(await checkSerf(configuration, never), [
    {
      level: 'fail',
      text: /No Serf agent answers/,
      remedy: 'start `serf agent`, or fix `serf.rpc`',
    },
  ])
})

t.test('a missing RPC key fails, and the remedy names its file', async t => {
  const { configuration } = await configured(t, { authKey: 'secret' })
  t.match(await checkSerf(configuration, never), [{ level: 'fail', remedy: /serf\.authKeyFile/ }])
})

t.test('another program on the port fails', async t => {
  const { serf, configuration } = await configured(t)
  serf.next('handshake', { garbage: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') })
  t.match(await checkSerf(configuration, never), [{ level: 'fail', remedy: /not a Serf agent/ }])
})

t.test('an aborted check fails', async t => {
  const { serf, configuration } = await configured(t)
  serf.next('handshake', { hang: true })
  const stop = new AbortController()
  const checked = checkSerf(configuration, stop.signal)
  stop.abort()
  t.match(await checked, [{ level: 'fail', text: /did not answer in time/ }])
})
