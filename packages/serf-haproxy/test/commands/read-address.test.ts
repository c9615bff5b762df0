import { join } from 'node:path'
import t from 'tap'
import { readAddress } from '../../src/commands/read-address.js'
import { readConfiguration } from '../../src/commands/read-configuration.js'
import { withoutSecrets } from '../../src/redaction/known-secrets.js'
import { writeConfiguration } from '../run-command.js'

t.test('the address is the one of the whole configuration', async t => {
  const config = await writeConfiguration(t.testdir(), { more: 'tokenFile: token' })
  const { listen, stateFolder, tokenFile } = readConfiguration({ config, set: [] })
  t.same(await readAddress({ config, set: [] }), { listen, stateFolder, tokenFile })
})

t.test('a flag or a variable may change the address', async t => {
  const folder = t.testdir()
  const config = await writeConfiguration(folder)
  const flags = { config, set: ['stateFolder=elsewhere'] }
  t.match(await readAddress(flags), { stateFolder: join(folder, 'elsewhere') })
  process.env['SERF_HAPROXY_LISTEN'] = '127.0.0.1:9999'
  t.teardown(() => delete process.env['SERF_HAPROXY_LISTEN'])
  t.match(await readAddress({ config, set: [] }), { listen: { port: 9999 } })
})

t.test('an invalid address has the error of the whole configuration', async t => {
  const config = await writeConfiguration(t.testdir(), { more: 'tokenFile: 5' })
  const error = t.throws(() => readConfiguration({ config, set: [] })) as Error
  t.match(error.message, /tokenFile: .*expected string, got a number/)
  await t.rejects(readAddress({ config, set: [] }), { message: error.message })
})

t.test('secrets of the configuration are known after it was read', async t => {
  const more = `values: { password: 'hunter2-of-values' }`
  const config = await writeConfiguration(t.testdir(), { more })
  await readAddress({ config, set: [] })
  t.equal(withoutSecrets('it is hunter2-of-values'), 'it is [redacted]')
})
