import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endProcess, freePort, temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { scriptedAgent } from './scripted-agent.js'

const program = fileURLToPath(new URL('../../bin/serf-events.js', import.meta.url))

interface Run {
  readonly child: ChildProcess
  /** Lines of JSON, as they are printed. */
  readonly lines: AsyncIterator<string>
  hangUp(): void
  readonly ended: Promise<{ exitCode: number | null; stderr: string }>
}

function run(t: Tidy, ...words: readonly string[]): Run {
  // Not through the test runner's own loader, which triples the time to start.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, program, ...words]
  const child = spawn('env', command, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => endProcess(child))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ended = new Promise<{ exitCode: number | null; stderr: string }>(resolve => {
    child.once('close', exitCode => resolve({ exitCode, stderr }))
  })
  return { child, lines, hangUp: () => child.stdout.destroy(), ended }
}

async function nextJson({ lines }: Run): Promise<unknown> {
  const { value } = await lines.next()
  return JSON.parse(String(value))
}

t.test('an address that is none is refused with exit code 2', async t => {
  const refuse = async (address: string) => {
    const { exitCode, stderr } = await run(t, 'watch', '--rpc', address).ended
    t.equal(exitCode, 2, address)
    t.match(stderr, /Wanted HOST:PORT, as in 127\.0\.0\.1:7373/)
    t.notMatch(stderr, /^ +at /m, 'without a stack')
  }
  await Promise.all(['7373', ':7373', 'host:0', 'host:65536'].map(refuse))
})

t.test('a key file that cannot be read is refused with exit code 2', async t => {
  const file = join(temporaryFolder(t), 'none')
  const { exitCode, stderr } = await run(t, 'watch', '--auth-key-file', file).ended
  t.equal(exitCode, 2)
  t.match(stderr, `error: cannot read the key file ${file}: ENOENT`)
})

t.test('words that it does not know are refused with exit code 2', async t => {
  const refuse = async (...words: readonly string[]) => {
    const { exitCode, stderr } = await run(t, ...words).ended
    t.equal(exitCode, 2, words.join(' '))
    t.not(stderr, '')
  }
  await Promise.all([refuse(), refuse('wach'), refuse('watch', '--port', '1')])
})

t.test('help is no error', async t => {
  const { exitCode, stderr } = await run(t, '--help').ended
  t.same([exitCode, stderr], [0, ''])
})

t.test('each change is one line of JSON, and SIGTERM ends the watch', async t => {
  const agent = await scriptedAgent(t, ['s1', 's\n2'])
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

t.test('an agent that is away is told as such, and SIGINT ends the watch', async t => {
  const watching = run(t, 'watch', '--rpc', `[127.0.0.1]:${await freePort('127.0.0.1')}`)
  t.match(await nextJson(watching), {
    connected: false,
    error: { code: 'unreachable', message: /ECONNREFUSED/ },
    members: [],
  })
  watching.child.kill('SIGINT')
  t.match(await watching.ended, { exitCode: 0, stderr: '' })
})

t.test('the key is read from its file, without the line end', async t => {
  const agent = await scriptedAgent(t, ['s1'], { authKey: 'secret' })
  const keyFile = join(temporaryFolder(t), 'key')
  writeFileSync(keyFile, 'secret\n')
  const rpc = `${agent.host}:${agent.port}`
  const watching = run(t, 'watch', '--rpc', rpc, '--auth-key-file', keyFile)
  t.match(await nextJson(watching), { connected: true })
})

t.test('a reader that has seen enough ends the watch without a word', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const watching = run(t, 'watch', '--rpc', `${agent.host}:${agent.port}`)
  await nextJson(watching)
  watching.hangUp()
  agent.names = []
  agent.log('[INFO] serf: EventMemberLeave: s1')
  t.match(await watching.ended, { exitCode: 0, stderr: '' })
})

t.test('only the members that are asked for are printed, and --once ends the watch', async t => {
  const agent = await scriptedAgent(t, ['web-1', 'db-1'])
  const rpc = `${agent.host}:${agent.port}`
  const filters = ['--status', 'alive', '--name', 'web-.*', '--tag', 'role=.*', '--tag', 'a=']
  const asking = run(t, 'watch', '--rpc', rpc, '--once', ...filters)
  t.match(await nextJson(asking), { joined: ['web-1'], changeSource: 'log', suspects: [] })
  t.match(await asking.ended, { exitCode: 0, stderr: '' })
  t.match(agent.requests.at(-1)?.body, { Tags: { role: '.*', a: '' }, Status: 'alive' })
  const away = run(t, 'watch', '--rpc', `127.0.0.1:${await freePort('127.0.0.1')}`, '--once')
  t.match(await away.ended, { exitCode: 1 })
})

t.test('a filter that cannot be is refused with exit code 2', async t => {
  const agent = await scriptedAgent(t, ['s1'])
  const rpc = `${agent.host}:${agent.port}`
  const bad = await run(t, 'watch', '--rpc', rpc, '--name', '(').ended
  t.match(bad, { exitCode: 2, stderr: /no expression that Serf can compile/ })
  const none = await run(t, 'watch', '--tag', 'role').ended
  t.match(none, { exitCode: 2, stderr: /Wanted TAG=EXPRESSION/ })
})

t.test('as a handler it prints the event, or appends it to a file', async t => {
  const env = { SERF_EVENT: 'member-join', SERF_SELF_NAME: 'lb' }
  const stdin = 's\\n1\t10.0.0.1\tweb\trole=web\n'
  const file = join(temporaryFolder(t), 'events.jsonl')
  const printed = handle(env, stdin)
  t.match(JSON.parse(printed.stdout), { event: 'member-join', members: [{ name: 's\n1' }] })
  t.equal(printed.status, 0)
  for (const _ of [1, 2]) t.equal(handle(env, stdin, '--append', file).stdout, '')
  t.equal(readFileSync(file, 'utf8'), printed.stdout.repeat(2))

  const user = { SERF_EVENT: 'user', SERF_USER_EVENT: 'deploy', SERF_USER_LTIME: '7' }
  t.match(JSON.parse(handle(user, 'v2\n').stdout), { lamportTime: '7', payload: 'v2' })
  t.match(JSON.parse(handle(user, Buffer.of(255)).stdout), { payloadBase64: '/w==' })
})

t.test('a handler that Serf did not run says so, with exit code 2', async t => {
  const { status, stderr } = handle({}, '')
  t.equal(status, 2)
  t.match(stderr, /error: This is no Serf event.*serf agent -event-handler/)
  const env = { SERF_EVENT: 'member-join' }
  const folder = temporaryFolder(t)
  t.match(handle(env, '', '--append', folder), { status: 2, stderr: /cannot append/ })
})

function handle(env: Record<string, string>, input: string | Buffer, ...words: string[]) {
  const options = { env, input, encoding: 'utf8' } as const
  return spawnSync(process.execPath, [program, 'handler', ...words], options)
}
