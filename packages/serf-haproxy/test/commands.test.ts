import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, gossipKey, haproxyPlace, missingProgram } from 'real-components'
import { startHaproxy, startSerfAgent, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { controlSocketOf } from '../src/http/agent-client.js'
import { serveAgent } from '../src/http/agent-server.js'
import { fakeAgent } from './fake-agent.js'
import { memberNamed, serverNamed, stateWith } from './sample-state.js'

const bin = fileURLToPath(new URL('../../bin/serf-haproxy.js', import.meta.url))

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

async function configurationFile(folder: string, more = ''): Promise<string> {
  const file = join(folder, 'serf-haproxy.yaml')
  const port = await freePort('127.0.0.1')
  writeFileSync(
    file,
    `
serf: { rpc: '127.0.0.1:${await freePort('127.0.0.1')}' }
haproxy: { configFile: haproxy.cfg, runtimeSocket: runtime.sock, masterSocket: master.sock }
frontends: [{ name: web, bind: '127.0.0.1:${await freePort('127.0.0.1')}', pool: nodes }]
pools: [{ name: nodes, tags: { role: backend }, port: 3000 }]
listen: '127.0.0.1:${port}'
${more}`,
  )
  return file
}

/** A fake agent behind its control socket, and the commands that find it. */
async function scene(t: Test) {
  const folder = temporaryFolder(t)
  const file = await configurationFile(folder)
  const stateFolder = join(folder, 'serf-haproxy.state')
  mkdirSync(stateFolder)
  const fake = fakeAgent(
    stateWith({
      members: [
        memberNamed('s1'),
        memberNamed('evil\u001B[2J\nname', { standing: 'quarantined', reason: 'not\na name' }),
      ],
      quarantined: [{ member: 'evil', pool: 'nodes', code: 'name', reason: 'not a name' }],
      pools: [{ name: 'nodes', servers: [serverNamed('s1')] }],
      generation: {
        number: 3,
        at: 1_700_000_000_000,
        cause: 's1 joined',
        via: 'runtime',
        tookMs: 1,
      },
    }),
  )
  const controlSocket = controlSocketOf(stateFolder)
  const server = await serveAgent({ agent: fake.agent, controlSocket })
  t.teardown(() => server.close())
  return { ...fake, ask: (...args: string[]) => run(...args, '--config', file) }
}

t.test('status and members show the agent, and nothing moves the cursor', async t => {
  const { ask } = await scene(t)
  const status = await ask('status')
  t.equal(status.code, 0)
  t.match(status.stdout, /^agent +following, degraded/m)
  t.match(status.stdout, /^Serf +connected, 2 of 2 alive$/m)
  t.match(status.stdout, /^applied +generation 3 at 2023-/m)
  t.match(status.stdout, /^pool +nodes: s1 up$/m)
  t.match(status.stdout, /^warning: 1 members are quarantined$/m)
  const { stdout } = await ask('members')
  t.match(stdout, /^s1 +127\.0\.0\.2 +alive +serving +nodes +alive, and fit/m)
  t.match(stdout, /^evil\?\[2J\?name .* not a name$/m)
  t.equal(stdout.trimEnd().split('\n').length, 3)
})

t.test('explain, history, diff and rollback are the agent’s answers', async t => {
  const { ask, agent } = await scene(t)
  agent.explain = member => ({
    member,
    now: 'it serves in nodes',
    rules: [
      { rule: 'status', holds: true, found: 'alive', wanted: 'alive' },
      { rule: 'network', holds: false, found: '10.0.0.1', wanted: '127.0.0.0/8' },
    ],
    times: { seen: 1_700_000_000_000, firstRequest: 1_700_000_000_250 },
  })
  t.equal(
    (await ask('explain', 's/1 ü')).stdout,
    [
      's/1 ü: it serves in nodes',
      '  yes  status: alive',
      '  no   network: expected 127.0.0.0/8, got 10.0.0.1',
      '  seen by Serf   2023-11-14 22:13:20.000',
      '  first request  2023-11-14 22:13:20.250',
      '',
    ].join('\n'),
  )
  const generation = {
    number: 3,
    at: 1_700_000_000_000,
    via: 'runtime' as const,
    tookMs: 1.23,
    cause: 's1 joined',
    plan: { reason: 'add nodes/s1', operations: [] },
    diff: '',
  }
  agent.generations = () => Promise.resolve([generation])
  t.match(
    (await ask('history')).stdout,
    /^3 +2023-11-14 22:13:20.000 +runtime +1.2 ms +s1 joined$/m,
  )
  t.equal((await ask('diff', '1', '2')).stdout, '1 2\n')
  agent.rollback = () => Promise.resolve({ kind: 'deferred', cause: 'away' })
  t.match(await ask('rollback', '3'), { code: 1, stdout: /not applied: deferred/ })
})

t.test('freeze and accept are done, or refused with the reason', async t => {
  const { ask, done } = await scene(t)
  t.match(await ask('freeze', 'a look & a fix'), { code: 0, stdout: /^the agent is/ })
  t.match(await ask('accept'), { code: 1, stderr: 'error: no removals are held\n' })
  t.same(done, ['freeze a look & a fix'])
})

t.test('every command has a help of its own', async t => {
  const { stdout } = await run('--help')
  const names = [...stdout.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name)
  for (const wanted of [
    'status',
    'members',
    'explain',
    'history',
    'diff',
    'rollback',
    'freeze',
    'thaw',
    'accept',
    'doctor',
  ])
    t.ok(names.includes(wanted), wanted)
  t.match(await run('explain'), { code: 2, stderr: /missing required argument 'member'/ })
})

interface Examined {
  readonly ok: boolean
  readonly findings: { check: string; level: string; text: string; remedy?: string }[]
}

t.test(
  'doctor names what is wrong, each with a remedy',
  { skip: missingProgram('haproxy') },
  async t => {
    const file = await configurationFile(temporaryFolder(t))
    const { code, stdout } = await run('doctor', '--json', '--config', file)
    t.equal(code, 1)
    const { ok, findings } = JSON.parse(stdout) as Examined
    t.equal(ok, false)
    const bad = findings.filter(({ level }) => level === 'fail')
    t.same(
      bad.map(({ check }) => check),
      ['Serf', 'runtime socket', 'master socket'],
    )
    for (const { text, remedy } of findings.filter(({ level }) => level !== 'ok'))
      t.ok(remedy !== undefined && remedy.length > 10, text)
    writeFileSync(file, 'serf: [')
    t.match(await run('doctor', '--config', file), {
      code: 1,
      stdout: /^fail {2}configuration: .*:1:/,
    })
  },
)

t.test('doctor finds a good place good', { skip: missingProgram('haproxy', 'serf') }, async t => {
  const place = haproxyPlace(t)
  const key = gossipKey()
  const serf = await startSerfAgent(t, { name: 'lb', key, rpcKey: 'only for this test' })
  writeFileSync(join(place.folder, 'rpc.key'), 'only for this test\n', { mode: 0o600 })
  const file = await configurationFile(place.folder)
  const { readFileSync } = await import('node:fs')
  const text = readFileSync(file, 'utf8').replace(
    /serf: .*/,
    `serf: { rpc: '${serf.address}:${serf.rpcPort}', authKeyFile: rpc.key }`,
  )
  writeFileSync(file, text)
  t.equal(
    (await run('render', '--no-members', '--config', file, '--out', place.configFile)).code,
    0,
  )
  await startHaproxy(t, place)
  const { code, stdout } = await run('doctor', '--json', '--config', file)
  const { findings } = JSON.parse(stdout) as Examined
  t.same(
    findings.filter(({ level }) => level === 'fail'),
    [],
  )
  t.equal(code, 0)
  const checks = new Set(findings.map(({ check }) => check))
  for (const check of [
    'agent',
    'Serf',
    'HAProxy',
    'runtime socket',
    'master socket',
    'template',
    'drift',
    'secret',
  ])
    t.ok(checks.has(check), check)
})
