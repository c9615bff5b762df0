import { readFileSync, writeFileSync } from 'node:fs'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { haproxyPlace, missingProgram, startHaproxy, temporaryFolder } from 'real-components'
import t from 'tap'
import { plannedReload } from '../fake-agent.js'
import { serveFakeAgent } from '../fake-agent-http.js'
import { runCommand, writeConfiguration } from '../run-command.js'

t.test('plan prints what a running agent would do, and ends with 1', async t => {
  const { run, set } = await serveFakeAgent(t)
  const { code, stdout } = await run('plan')
  t.equal(code, 1)
  t.equal(
    stdout,
    `agent: following: changes are applied
plan: a reload (text): the configuration differs in more than servers
--- running
+++ planned
@@ -1,1 +1,1 @@
-a
+b
`,
  )
  t.same(JSON.parse((await run('plan', '--json')).stdout), {
    mode: 'following',
    change: plannedReload,
  })
  set({ mode: 'frozen', frozen: { since: 1, reason: 'maintenance' } })
  t.match(
    (await run('plan')).stdout,
    /^agent: frozen: nothing is applied .* \(maintenance\)\nplan: a reload/,
  )
})

t.test('plan says that a reload would be rejected', async t => {
  const { run, agent } = await serveFakeAgent(t)
  agent.plan = () => Promise.resolve({ ...plannedReload, takenPorts: ['line 3: taken by x'] })
  t.match((await run('plan')).stdout, /^plan: a reload .*\nrejected: line 3: taken by x$/m)
})

t.test(
  'plan ends with 0 if there is nothing to do, and with 1 while something is held',
  async t => {
    const { run, agent, set } = await serveFakeAgent(t)
    const change = { ...plannedReload, kind: 'noop', reason: 'HAProxy runs this already' } as const
    agent.plan = () => Promise.resolve({ ...change, difference: '' })
    t.match(await run('plan'), { code: 0, stdout: /^plan: nothing: HAProxy runs this already$/m })
    const held = { since: 1, reason: 'more than half', removals: [{ pool: 'web', member: 's1' }] }
    set({ mode: 'held', held, heldChange: { ...held, reason: 'pools.0.role' } })
    const { code, stdout } = await run('plan')
    t.equal(code, 1)
    t.match(
      stdout,
      /^1 removal is held: more than half\nA change of the configuration is held, .*role$/m,
    )
  },
)

t.test('plan lists the steps at run time, safe for a terminal', async t => {
  const { run, agent } = await serveFakeAgent(t)
  agent.plan = () =>
    Promise.resolve({
      kind: 'runtime',
      reason: 'add web/s1',
      operations: [
        { kind: 'add', pool: 'web', server: 's1', address: '10.0.0.1', port: 80, weight: 5 },
        { kind: 'drain', pool: 'web', server: 's\u001B[2J' },
      ],
      draining: ['web/s3'],
      difference: '',
    })
  const { stdout } = await run('plan')
  t.match(
    stdout,
    'plan: 2 changes at run time, without a reload\n  add web/s1 at 10.0.0.1 port 80, weight 5\n',
  )
  t.match(stdout, 'draining: web/s3 leaves when its sessions have ended\n')
  t.notMatch(stdout, '\u001B')
})

t.test('plan prints the objection of HAProxy to a reload', async t => {
  const { run, agent } = await serveFakeAgent(t)
  const report = 'a.hbs:3: unknown keyword\na.hbs:4: another'
  agent.plan = () => Promise.resolve({ ...plannedReload, check: { kind: 'rejected', report } })
  t.match(await run('plan'), {
    code: 1,
    stdout:
      /^plan: a reload .*\nHAProxy would reject it: a\.hbs:3: .*\n {2}a\.hbs:4: another\n---/m,
  })
  agent.plan = () =>
    Promise.resolve({ ...plannedReload, check: { kind: 'unchecked', report: 'no program' } })
  t.match((await run('plan')).stdout, /^HAProxy did not check it: no program$/m)
})

t.test('plan without an agent and without Serf ends with 2', async t => {
  const file = await writeConfiguration(t.testdir())
  t.match(await runCommand('plan', '--config', file), {
    code: 2,
    stderr: /^error: cannot read the members/,
  })
})

const skip = missingProgram('haproxy')

const member = (name: string, address: string) => ({
  name,
  address,
  port: 7946,
  status: 'alive' as const,
  tags: { role: 'backend' },
})

t.test('plan without an agent reads Serf and HAProxy, and changes nothing', { skip }, async t => {
  const first = member('b1', '127.0.9.1')
  const serf = await startFakeAgent({ members: [first] })
  t.teardown(() => serf.close())
  const place = haproxyPlace(t)
  const config = await writeConfiguration(temporaryFolder(t), { rpc: `${serf.host}:${serf.port}` })
  const sets = [
    `haproxy.configFile=${place.configFile}`,
    `haproxy.runtimeSocket=${place.runtimeSocket}`,
  ]
  const args = ['--config', config, ...sets.flatMap(text => ['--set', text])]
  t.match(await runCommand('plan', ...args), {
    code: 1,
    stdout:
      /^agent: not running: .*\nplan: the file for the start of HAProxy: HAProxy does not answer/,
  })
  t.match(await runCommand('render', ...args, '--out', place.configFile), { code: 0, stderr: '' })
  await startHaproxy(t, place)
  t.match(await runCommand('plan', ...args), {
    code: 0,
    stdout: /^plan: nothing: HAProxy runs this already$/m,
  })
  serf.setMembers([first, member('b2', '127.0.9.2')])
  const joined = await runCommand('plan', ...args)
  t.equal(joined.code, 1)
  t.match(
    joined.stdout,
    /^plan: 1 change at run time, without a reload\n  add nodes\/b2 at 127\.0\.9\.2 port 3000, /m,
  )
  t.match(joined.stdout, /^\+  server b2 127\.0\.9\.2:3000 /m)
  const reload = await runCommand('plan', ...args, '--set', 'haproxy.maxConnections=999')
  t.match(reload, { code: 1, stdout: /^plan: a reload \(text\): .*\n--- running\n/m })
  t.match(reload.stdout, /^\+ +maxconn 999$/m)
  t.notMatch(reload.stdout, 'HAProxy would reject it')
  const text = readFileSync(config, 'utf8')
  const words = "port: 3000, serverOptions: 'ssl ca-file /absent.pem' }"
  writeFileSync(config, text.replace('port: 3000 }', words))
  t.match(await runCommand('plan', ...args), {
    code: 1,
    stdout: /^plan: a reload .*\nHAProxy would reject it: .*\/absent\.pem/m,
  })
})
