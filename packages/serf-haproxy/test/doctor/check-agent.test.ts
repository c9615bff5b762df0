import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkAgent, unreadable } from '../../src/doctor/check-agent.js'
import { AgentError } from '../../src/agent-error.js'
import { noCounts } from '../../src/state/counters.js'
import { serveFakeAgent } from '../fake-agent-http.js'
import { writeConfiguration } from '../run-command.js'

t.test('a running agent without problems is ok', async t => {
  const { file } = await serveFakeAgent(t)
  t.same(await checkAgent(loadConfiguration(file)), [
    { check: 'agent', level: 'ok', text: 'running, following, version 0.1.0' },
  ])
})

t.test('each reason of its health, and external changes, are warnings', async t => {
  const { file, set } = await serveFakeAgent(t)
  set({
    serf: { address: '127.0.0.1:7373', connected: false, error: 'refused' },
    haproxy: { reachable: false, error: 'no socket' },
    counters: { ...noCounts, drift: 2 },
  })
  const findings = await checkAgent(loadConfiguration(file))
  t.same(
    findings.map(({ check, level }) => `${check} ${level}`),
    ['agent ok', 'agent warn', 'agent warn', 'drift warn'],
  )
  t.match(findings[3]?.text, /changed 2 times by other programs/)
  set({ counters: { ...noCounts, drift: 1 } })
  const changed = (await checkAgent(loadConfiguration(file))).at(-1)
  t.match(changed?.text, /changed 1 time by other programs/)
})

t.test('without an agent its port is checked', async t => {
  const configuration = loadConfiguration(await writeConfiguration(t.testdir()))
  const { address, port } = configuration.listen
  t.match(await checkAgent(configuration), [
    { check: 'agent', level: 'warn', text: 'no agent runs with this configuration' },
    { check: 'port', level: 'ok', text: `${address}:${port} is free` },
  ])
  const other = createServer((_, response) => response.end('not an agent')).listen(port, address)
  await once(other, 'listening')
  t.teardown(() => other.close())
  t.match(await checkAgent(configuration), [
    { check: 'agent', level: 'warn' },
    { check: 'port', level: 'warn', text: /EADDRINUSE/, remedy: /`listen`/ },
  ])
})

t.test('an agent that answers with an error is an error of the check', async t => {
  const { file, agent } = await serveFakeAgent(t)
  const configuration = loadConfiguration(file)
  agent.state = () => {
    throw new Error('a bug')
  }
  await t.rejects(checkAgent(configuration), { code: 'refused', message: /internal error/ })
})

t.test('the finding for an unreadable configuration has its message', async t => {
  t.match(unreadable(new AgentError('configuration', 'wrong')), { level: 'fail', text: 'wrong' })
})
