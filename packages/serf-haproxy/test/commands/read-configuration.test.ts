import t from 'tap'
import { configuredCommand } from '../../src/commands/configured-command.js'
import { readConfiguration } from '../../src/commands/read-configuration.js'
import { writeConfiguration } from '../run-command.js'

t.test('--set may be repeated, and the last value wins', async t => {
  const command = configuredCommand('x', 'does x')
  const set = ['haproxy.drainDeadlineMs=1000', 'haproxy.drainDeadlineMs=2000', 'failedGraceMs=5']
  command.parse(
    set.flatMap(text => ['--set', text]),
    { from: 'user' },
  )
  t.same(command.opts()['set'], set)
  const config = await writeConfiguration(t.testdir())
  const configuration = readConfiguration({ config, set })
  t.equal(configuration.haproxy.drainDeadlineMs, 2000)
  t.equal(configuration.failedGraceMs, 5)
})

t.test('a flag wins over the environment, which wins over the file', async t => {
  const config = await writeConfiguration(t.testdir(), { more: 'failedGraceMs: 1' })
  t.equal(readConfiguration({ config, set: [] }).failedGraceMs, 1)
  process.env['SERF_HAPROXY_FAILED_GRACE_MS'] = '2'
  t.teardown(() => delete process.env['SERF_HAPROXY_FAILED_GRACE_MS'])
  t.equal(readConfiguration({ config, set: [] }).failedGraceMs, 2)
  t.equal(readConfiguration({ config, set: ['failedGraceMs=3'] }).failedGraceMs, 3)
})

t.test('a missing file and an unknown setting are configuration errors', async t => {
  const config = await writeConfiguration(t.testdir())
  t.throws(() => readConfiguration({ config: '/no/such/file', set: [] }), { code: 'configuration' })
  t.throws(() => readConfiguration({ config, set: ['nonsense=1'] }), { code: 'configuration' })
  t.throws(() => readConfiguration({ config, set: ['nonsense'] }), { code: 'configuration' })
})

t.test('an invalid flag is named once', async t => {
  const config = await writeConfiguration(t.testdir())
  const error = t.throws(() => readConfiguration({ config, set: ['failedGraceMs=x'] })) as Error
  t.match(error.message, /^--set failedGraceMs: [^]*got "x"$/)
  t.equal(error.message.match(/failedGraceMs/g)?.length, 1)
})
