import t from 'tap'
import { AgentError } from '../../src/agent-error.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { examine } from '../../src/doctor/examine.js'
import { writeConfiguration } from '../run-command.js'

function throwing(error: Error): () => never {
  return () => {
    throw error
  }
}

t.test('an invalid configuration is the only finding', async t => {
  const { signal } = new AbortController()
  t.match(await examine(throwing(new AgentError('configuration', 'line 3 is wrong')), { signal }), [
    { check: 'configuration', level: 'fail', text: 'line 3 is wrong', remedy: /serf-haproxy init/ },
  ])
})

t.test('an error that is not about the configuration is thrown', async t => {
  const { signal } = new AbortController()
  await t.rejects(examine(throwing(new TypeError('a bug')), { signal }), {
    name: 'TypeError',
    message: 'a bug',
  })
})

t.test('every check reports, in the same order each time', async t => {
  const file = await writeConfiguration(t.testdir(), { more: 'tokenFile: none' })
  const { signal } = new AbortController()
  const findings = await examine(() => loadConfiguration(file), { signal })
  t.same(
    findings.map(({ check }) => check).filter((check, i, all) => all.indexOf(check) === i),
    [
      'configuration',
      'agent',
      'port',
      'Serf',
      'HAProxy',
      'runtime socket',
      'master socket',
      'configuration file',
      'secret',
      'state folder',
      'template',
    ],
  )
})

t.test('a check that throws becomes a failed finding', async t => {
  const file = await writeConfiguration(t.testdir())
  const { signal } = new AbortController()
  const configuration = loadConfiguration(file)
  const serf = { ...configuration.serf, authKeyFile: '/no/such/key' }
  const findings = await examine(() => ({ ...configuration, serf }), { signal })
  t.match(
    findings.find(({ check }) => check === 'serf'),
    { level: 'fail', text: /\/no\/such\/key/ },
  )
  t.ok(findings.some(({ check }) => check === 'state folder'))
})
