import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { agentMetrics } from '../../src/metrics/agent-metrics.js'
import { processUse } from '../../src/metrics/process-metrics.js'
import { runCommand } from '../run-command.js'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember } from './fake-membership.js'
import { skip as skipCluster, startCluster } from './real-cluster.js'

t.test(
  'the interval between reloads goes on over changes of the configuration',
  { skip },
  async t => {
    const { file, servers } = await startPlace(t)
    const { agent, tell } = runAgent(t, file)
    tell([fakeMember(1), fakeMember(2)])
    await until('two servers', async () => (await servers()).length === 2)
    const text = readFileSync(file, 'utf8')
    const times: number[] = []
    for (const connections of [1001, 1002, 1003]) {
      writeFileSync(
        file,
        `${text}\nvalues: { x: 1 }\n`.replace(
          'haproxy: {',
          `haproxy: { maxConnections: ${connections},`,
        ),
      )
      t.equal(await agent.configure(() => loadConfiguration(file)), undefined)
      await until('the reload', () => agent.state().counters.reloads > times.length)
      times.push(performance.now())
    }
    // The first may be late to be seen, by as much as a wait for a state takes.
    for (const [i, at] of times.entries())
      if (i > 0) t.ok(at - (times[i - 1] ?? 0) > 900, `${at - (times[i - 1] ?? 0)} ms`)
  },
)

t.test('a restarted agent shows the generation that HAProxy runs still', { skip }, async t => {
  const { file, servers } = await startPlace(t)
  const first = runAgent(t, file)
  first.tell([fakeMember(1)])
  await until('a server', async () => (await servers()).length === 1)
  const before = await until('a generation', () => first.agent.state().generation)
  await first.stop()
  const second = runAgent(t, file)
  second.tell([fakeMember(1)])
  const after = await until('the generation', () => second.agent.state().generation)
  t.same([after.number, after.cause, after.via], [before.number, before.cause, before.via])
  const [metric] = agentMetrics(second.agent.state(), processUse()).filter(
    ({ name }) => name === 'serf_haproxy_generation',
  )
  t.match(metric?.samples, [{ value: before.number }])
})

t.test(
  'check says that a slip would be held, with and without HAProxy',
  { skip: skipCluster },
  async t => {
    const made = await startCluster(t)
    for (const name of ['s1', 's2']) await made.member(name)
    await made.pool('s1', 's2')
    const good = await runCommand('check', '--config', made.file)
    t.match(good, { code: 0, stdout: /^Valid: .* with 2 servers\n$/ })
    const slip = join(made.place.folder, 'slip.yaml')
    writeFileSync(slip, readFileSync(made.file, 'utf8').replace('role: backend', 'role: backnd'))
    const held =
      /would hold this configuration: pools\.nodes\.tags\.role: expected backnd, .* 2 of 2 servers/
    t.match(await runCommand('check', '--config', slip), { code: 1, stderr: held })
    const json = await runCommand('check', '--json', '--config', slip)
    t.match(JSON.parse(json.stdout), { ok: true, held: { removals: { length: 2 } } })
    await made.stop()
    const nowhere = ['--set', `haproxy.runtimeSocket=${join(made.place.folder, 'none.sock')}`]
    t.match(await runCommand('check', '--config', slip, ...nowhere), { code: 1, stderr: held })
  },
)

t.test(
  'a template that the YAML names later is watched, also while it is refused',
  { skip },
  async t => {
    const { file, folder, configuration } = await startPlace(t)
    const { spawn } = await import('node:child_process')
    const bin = new URL('../../../bin/serf-haproxy.js', import.meta.url).pathname
    const child = spawn(process.execPath, [
      bin,
      'run',
      '--config',
      file,
      '--set',
      'listen=127.0.0.1:1',
    ])
    t.teardown(async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    })
    let log = ''
    child.stdout.setEncoding('utf8').on('data', (more: string) => (log += more))
    await until('the start', () => log.includes('"started"'))
    t.ok(configuration)
    writeFileSync(join(folder, 'own.hbs'), 'global\n{{#each pools}\n')
    writeFileSync(file, `${readFileSync(file, 'utf8')}\ntemplate: own.hbs\n`)
    await until('the refusal', () => /rejected.*own\.hbs:2/.test(log))
    writeFileSync(join(folder, 'own.hbs'), 'global\n\n{{nothing.here}}\n')
    await until('the refusal of the edit of the template', () => /rejected.*own\.hbs:3/.test(log))
  },
)
