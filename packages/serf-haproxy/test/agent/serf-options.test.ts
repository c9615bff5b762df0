import { join } from 'node:path'
import t from 'tap'
import { serfOptions } from '../../src/agent/serf-options.js'
import { configurationIn } from './fake-haproxy-place.js'

const optionsOf = (serf: object) => serfOptions(configurationIn('/nowhere', { serf }))

t.test('the options are those of the configuration, and no key by default', async t => {
  t.strictSame(optionsOf({}), { host: '127.0.0.1', port: 7373, resyncMs: 10_000 })
  t.strictSame(optionsOf({ rpc: '[::1]:7000', resyncMs: 100 }), {
    host: '::1',
    port: 7000,
    resyncMs: 100,
  })
})

for (const [name, text, key] of [
  ['a final line end', 'secret\n', 'secret'],
  ['a line end of Windows', 'secret\r\n', 'secret'],
  ['spaces around it', '  secret \n\n', 'secret'],
  ['no line end', 'secret', 'secret'],
  ['a space within it', 'my secret\n', 'my secret'],
  ['letters beyond ASCII', 'schlüssel\n', 'schlüssel'],
  ['nothing', '', ''],
] as const)
  t.test(`a key file with ${name} has the key ${JSON.stringify(key)}`, async t => {
    const authKeyFile = join(t.testdir({ key: text }), 'key')
    t.equal(optionsOf({ authKeyFile }).authKey, key)
  })

t.test('a key file that cannot be read is an error with its path', async t => {
  const folder = t.testdir()
  for (const [authKeyFile, code] of [
    [join(folder, 'missing'), 'ENOENT'],
    [folder, 'EISDIR'],
  ] as const)
    t.throws(() => optionsOf({ authKeyFile }), {
      name: 'AgentError',
      code: 'configuration',
      message: new RegExp(`^cannot read the key file ${authKeyFile}: ${code}`),
      cause: { code },
    })
})
