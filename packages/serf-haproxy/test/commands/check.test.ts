import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { runCommand, writeConfiguration } from '../run-command.js'

const skip = missingProgram('haproxy')

t.test('check accepts a valid configuration, and leaves no file behind', { skip }, async t => {
  const folder = temporaryFolder(t)
  const args = ['check', '--no-members', '--config', await writeConfiguration(folder)]
  t.match(await runCommand(...args), {
    code: 0,
    stdout: 'Valid: HAProxy accepts the configuration, with 0 servers\n',
  })
  t.same(JSON.parse((await runCommand(...args, '--json')).stdout), {
    ok: true,
    servers: 0,
    quarantined: [],
  })
  t.same(readdirSync(folder), ['serf-haproxy.yaml'])
  t.notOk(existsSync(join(folder, 'haproxy.cfg')))
})

t.test('check exits with 1 and prints the report of HAProxy', { skip }, async t => {
  const file = await writeConfiguration(temporaryFolder(t), { template: 'global\n  nonsense\n' })
  const args = ['check', '--no-members', '--config', file]
  const text = await runCommand(...args)
  t.equal(text.code, 1)
  t.match(
    text.stderr,
    /^error: HAProxy rejects the configuration:\nmy\.hbs:2: config : parsing \[haproxy\.cfg:2\] : .*nonsense/,
  )
  const json = await runCommand(...args, '--json')
  t.equal(json.code, 1)
  t.match(JSON.parse(json.stdout), {
    ok: false,
    line: 2,
    report: /nonsense/,
    servers: 0,
    problems: [{ template: 'my.hbs', templateLine: 2, message: /nonsense/ }],
  })
})

t.test('check without the haproxy program exits with 2', async t => {
  const file = await writeConfiguration(t.testdir())
  const args = ['check', '--no-members', '--config', file, '--set', 'haproxy.binary=/no/haproxy']
  t.match(await runCommand(...args), { code: 2, stderr: /^error: .*\/no\/haproxy/ })
})

t.test('check reports a template error with line and column', async t => {
  const file = await writeConfiguration(t.testdir(), { template: 'global\n{{#each pools}\n' })
  const { code, stderr } = await runCommand('check', '--no-members', '--config', file)
  t.equal(code, 2)
  t.match(stderr, /^error: my\.hbs:2:/)
})

t.test('what members write reaches the terminal without control characters', async t => {
  const member = {
    name: 's1',
    address: '127.0.0.2',
    port: 7946,
    status: 'alive' as const,
    tags: { role: 'backend', app: '\u001b[31mred\u0007\nValid: all is well' },
  }
  await using serf = await startFakeAgent({ members: [member] })
  const file = await writeConfiguration(t.testdir(), { rpc: `127.0.0.1:${serf.port}` })
  const text = readFileSync(file, 'utf8')
    .replace(/^frontends:.*$/m, 'frontends: []')
    .replace(/^pools:.*$/m, 'pools: [{ name: nodes, role: backend, port: 3000, perTag: app }]')
  writeFileSync(file, text)
  const args = ['check', '--config', file, '--set', 'haproxy.binary=true']
  const { code, stdout } = await runCommand(...args)
  t.equal(code, 0)
  t.match(
    stdout,
    /^left out of nodes-\\u\{1b\}\[31mred\\u\{7\}\\u\{a\}Valid: all is well: s1: its tag app: /,
  )
  t.notMatch(stdout.replaceAll('\n', ''), /\p{C}/u)
  t.equal(stdout.split('\n').length, 3)
})
