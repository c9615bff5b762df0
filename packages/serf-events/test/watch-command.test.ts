import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, temporaryFolder } from 'real-components'
import t from 'tap'
import { startFakeSerfAgent } from './fake-serf-agent.js'
import { nextJson, run } from './run-serf-events.js'

t.test('an invalid address exits with 2', async t => {
  const expectRefusal = async (address: string) => {
    const { exitCode, stderr } = await run(t, 'watch', '--rpc', address).ended
    t.equal(exitCode, 2, address)
    t.match(stderr, /Expected HOST:PORT, for example 127\.0\.0\.1:7373/)
    t.notMatch(stderr, /^ +at /m, 'without a stack')
  }
  await Promise.all(['7373', ':7373', 'host:0', 'host:65536'].map(expectRefusal))
})

t.test('a key file that cannot be read exits with 2', async t => {
  const file = join(temporaryFolder(t), 'none')
  const { exitCode, stderr } = await run(t, 'watch', '--auth-key-file', file).ended
  t.equal(exitCode, 2)
  t.match(stderr, `error: cannot read the key file ${file}: ENOENT`)
})

t.test('each change is one line of JSON, and SIGTERM ends the watch', async t => {
  const agent = await startFakeSerfAgent(t, ['s1', 's\n2'])
  const watching = run(t, 'watch', '--rpc', `${agent.host}:${agent.port}`)
  t.match(await nextJson(watching), {
    at: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
    cause: 'initial',
    connected: true,
    joined: ['s1', 's\n2'],
    leaving: [],
    left: [],
    failed: [],
    updated: [],
    members: [{ name: 's1', address: '127.0.0.1', port: 7946, status: 'alive', tags: {} }, {}],
  })
  agent.names = ['s1']
  agent.log('[INFO] serf: EventMemberLeave: s2')
  t.match(await nextJson(watching), { cause: 'log', joined: [], left: ['s\n2'] })
  watching.child.kill('SIGTERM')
  t.match(await watching.ended, { exitCode: 0, stderr: '' })
})

t.test('an unreachable agent is reported, and SIGINT ends the watch', async t => {
  const watching = run(t, 'watch', '--rpc', `[127.0.0.1]:${await freePort('127.0.0.1')}`)
  t.match(await nextJson(watching), {
    connected: false,
    error: { code: 'unreachable', message: /ECONNREFUSED/ },
    members: [],
  })
  watching.child.kill('SIGINT')
  t.match(await watching.ended, { exitCode: 0, stderr: '' })
})

t.test('the key is read from its file without the line break', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'], { authKey: 'secret' })
  const keyFile = join(temporaryFolder(t), 'key')
  writeFileSync(keyFile, 'secret\n')
  const rpc = `${agent.host}:${agent.port}`
  const watching = run(t, 'watch', '--rpc', rpc, '--auth-key-file', keyFile)
  t.match(await nextJson(watching), { connected: true })
})

t.test('a reader that closes the pipe ends the watch without an error', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const watching = run(t, 'watch', '--rpc', `${agent.host}:${agent.port}`)
  await nextJson(watching)
  watching.hangUp()
  agent.names = []
  agent.log('[INFO] serf: EventMemberLeave: s1')
  t.match(await watching.ended, { exitCode: 0, stderr: '' })
})

t.test('only members that match the filter are printed, and --once ends the watch', async t => {
  const agent = await startFakeSerfAgent(t, ['web-1', 'db-1'])
  const rpc = `${agent.host}:${agent.port}`
  const filters = ['--status', 'alive', '--name', 'web-.*', '--tag', 'role=.*', '--tag', 'a=']
  const filtered = run(t, 'watch', '--rpc', rpc, '--once', ...filters)
  t.match(await nextJson(filtered), { joined: ['web-1'], changeSource: 'log', suspects: [] })
  t.match(await filtered.ended, { exitCode: 0, stderr: '' })
  t.match(agent.requests.at(-1)?.body, { Tags: { role: '.*', a: '' }, Status: 'alive' })
  const unreachable = run(t, 'watch', '--rpc', `127.0.0.1:${await freePort('127.0.0.1')}`, '--once')
  t.match(await unreachable.ended, { exitCode: 1 })
})

t.test('an invalid filter exits with 2', async t => {
  const agent = await startFakeSerfAgent(t, ['s1'])
  const rpc = `${agent.host}:${agent.port}`
  const invalid = await run(t, 'watch', '--rpc', rpc, '--name', '(').ended
  t.match(invalid, { exitCode: 2, stderr: /expected a regular expression \(RE2\)/ })
  const incomplete = await run(t, 'watch', '--tag', 'role').ended
  t.match(incomplete, { exitCode: 2, stderr: /Expected TAG=EXPRESSION/ })
})
