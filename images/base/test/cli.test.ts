import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort, startProgram, temporaryFolder, until } from 'real-components'
import t, { type Test } from 'tap'
import { readKeys } from '../src/keys.js'

const program = fileURLToPath(new URL('../../bin/lab-node.js', import.meta.url))

function start(t: Test, args: readonly string[], environment: Record<string, string> = {}) {
  return startProgram(t, program, args, environment)
}

t.test('the help names each command and goes to stdout', async t => {
  const { output, code } = start(t, ['--help'])
  t.equal(await code, 0)
  for (const command of ['configure', 'join-seeds', 'health <url>', 'keys <folder>']) {
    t.match(output.stdout, `  ${command} `)
  }
  t.equal(output.stderr, '')
})

for (const [args, message] of [
  [[], /^Usage: lab-node/],
  [['seek'], /unknown command 'seek'/],
  [['keys'], /missing required argument 'folder'/],
  [['health', 'http://127.0.0.1', 'more'], /too many arguments for 'health'/],
  [['configure', 'more'], /too many arguments for 'configure'/],
  [['join-seeds'], /^error: SERF_RPC_ADDR: expected a value, got nothing/],
] as const) {
  t.test(`lab-node ${args.join(' ')} is a usage error`, async t => {
    const { output, code } = start(t, args)
    t.equal(await code, 2)
    t.match(output.stderr, message)
    t.equal(output.stdout, '')
  })
}

t.test('an invalid environment is reported in one line, with exit code 2', async t => {
  const { output, code } = start(t, ['configure'], { ROLE: 'queen' })
  t.equal(await code, 2)
  t.equal(output.stderr, 'error: ROLE: expected balancer or backend, got queen\n')
})

t.test('keys creates valid keys', async t => {
  const folder = temporaryFolder(t)
  t.equal(await start(t, ['keys', folder]).code, 0)
  const { gossip } = await readKeys(folder)
  t.equal(Buffer.from(gossip, 'base64').length, 32)
})

t.test('health exits with 1 when the application refuses connections for too long', async t => {
  const url = `http://127.0.0.1:${await freePort('127.0.0.1')}/health`
  const { output, code } = start(t, ['health', url], { HEALTH_GRACE_MS: '50' })
  t.equal(await code, 1)
  t.match(output.stderr, /has failed for 50 ms: .*ECONNREFUSED.*; leaving the cluster/)
  t.equal(output.notified, '')
})

t.test('a time that is no number, and a key that cannot be read, are explained', async t => {
  for (const [args, environment, message] of [
    [['health', 'http://127.0.0.1:1/'], { HEALTH_GRACE_MS: '5s' }, /HEALTH_GRACE_MS: .*got "5s"/],
    [['health', 'http://127.0.0.1:1/'], { HEALTH_HANG_MS: '-1' }, /HEALTH_HANG_MS: .*got "-1"/],
    [
      ['join-seeds'],
      { SERF_SEEDS: 'a', SERF_RPC_ADDR: '127.0.0.1:1', SERF_RPC_KEY_FILE: '/no/such/key' },
      /SERF_RPC_KEY_FILE: expected a file that this user may read, got ENOENT/,
    ],
  ] as const) {
    const { output, code } = start(t, [...args], environment)
    t.equal(await code, 2)
    t.match(output.stderr, message)
    t.match(output.stderr, /^error: [^\n]+\n$/)
  }
})

t.test('health reports readiness, and exits with 3 when the application hangs', async t => {
  let isFrozen = false
  const server = createServer((_, response) => {
    if (!isFrozen) response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`
  const { output, code } = start(t, ['health', url], { HEALTH_HANG_MS: '10' })
  await until('the check to succeed', () => output.notified === '\n')
  isFrozen = true
  t.equal(await code, 3)
  t.match(output.stderr, /The application hangs: .*; it is killed and restarted/)
})

t.test('health exits with 0 after SIGTERM', async t => {
  const server = createServer((_, response) => response.end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`
  const { process: child, output, code } = start(t, ['health', url])
  await until('the check to succeed', () => output.notified === '\n')
  child.kill('SIGTERM')
  t.equal(await code, 0)
})
