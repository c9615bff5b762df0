import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { GenerationLog } from '../../src/generations/generation-log.js'
import type { DesiredState } from '../../src/plan/desired-state.js'
import { Reconciliation } from '../../src/reconcile/reconciliation.js'
import { createStatisticsRecorder } from '../../src/reconcile/statistics.js'
import { TaskSteps } from '../../src/queue/task-steps.js'
import { createReloadLimiter } from '../../src/reload/reload-limiter.js'
import { createStructuralChange } from '../../src/reload/structural-change.js'
import { createConfigurationFile } from '../../src/running/configuration-file.js'
import { createPacedFile } from '../../src/running/paced-file.js'
import { createServerStateFile } from '../../src/running/server-state-file.js'
import { createDrainClock } from '../../src/running/drain-clock.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const one = desire([server('s1')])
const two = desire([server('s1'), server('s2')])

/** A reconciliation with a fake HAProxy that runs `one`. */
async function reconciliationSetup(t: Tidy, reloadIntervalMs = 0, running = one) {
  const setup = await fakeSetup(t, running.text)
  const { runtime, reload, configFile } = setup
  const file = createPacedFile(createConfigurationFile(configFile))
  const states = createServerStateFile()
  const statistics = createStatisticsRecorder()
  const steps = new TaskSteps()
  const reconciliation = new Reconciliation({
    file,
    runtime,
    states,
    structural: createStructuralChange({
      file,
      states,
      runtime,
      reload,
      check: async () => ({ ok: true }),
      ports: { find: async () => [] },
      verifyTimeoutMs: 5000,
      steps,
    }),
    clock: createDrainClock(30_000),
    generations: new GenerationLog(undefined),
    reloadLimiter: createReloadLimiter({
      reload,
      reloadIntervalMs,
      maxOldWorkers: 16,
      onOldWorkers: statistics.oldWorkers,
    }),
    statistics,
    steps,
    processes: reload.processes,
  })
  const newer = new AbortController()
  const run = (desired: DesiredState, isReadBack = false) =>
    reconciliation.run(
      { desired, causes: [], isReadBack },
      { signal: new AbortController().signal, newer: newer.signal },
    )
  const reloads = () => setup.fake.commands.filter(command => command === 'reload').length
  const fileText = () => readFileSync(configFile, 'utf8')
  return { ...setup, run, reloads, fileText, newer, counted: () => statistics.counted }
}

t.test('a running configuration is unchanged, and needs no read-back', async t => {
  const { run } = await reconciliationSetup(t)
  t.match(await run(one), { outcome: { kind: 'unchanged' }, readBackAfterMs: undefined })
})

t.test('a change from the confirmed state is sent without a query', async t => {
  const { run, fake, fileText } = await reconciliationSetup(t)
  await run(one)
  const queries = fake.commands.length
  t.match(await run(two), {
    outcome: { kind: 'applied', via: 'runtime', generation: 2 },
    readBackAfterMs: 0,
  })
  t.match(fake.commands[queries], /^add server nodes\/s2/)
  t.notOk(fake.commands.slice(queries).some(command => command.startsWith('show')))
  t.equal(fileText(), two.text)
})

t.test('a confirmed change that does not run is reloaded at the read-back', async t => {
  const { run, runtime, reloads, counted } = await reconciliationSetup(t)
  await run(one)
  await run(two)
  await runtime.maintenance('nodes', 's2')
  t.match(await run(two, true), {
    outcome: { kind: 'applied', via: 'reload', plan: { trigger: 'unconfirmed' } },
  })
  t.equal(reloads(), 1)
  t.equal(counted().drift.count, 1)
})

/** The states `one` and `two` with a map, which is on the disk. */
async function statesWithFiles(t: Tidy) {
  const map = { path: join(temporaryFolder(t), 'hosts.map'), text: 'a 1\n', use: 'map' as const }
  writeFileSync(map.path, map.text)
  const frontend = `frontend web\n  http-request set-header x %[req.hdr(host),map(${map.path})]\n`
  const files = [map]
  const of = (...names: string[]) => ({
    ...desire(
      names.map(name => server(name)),
      frontend,
    ),
    files,
  })
  return { one: of('s1'), two: of('s1', 's2'), map }
}

/** States of a frame: many servers, and the same with one more. */
function largeStates() {
  const frame = {}
  const servers = Array.from({ length: 200 }, (_, i) => server(`m${i}`))
  const more = [...servers, server('s2')]
  return { many: { ...desire(servers), frame }, more: { ...desire(more), frame } }
}

t.test('in a large pool only the changed servers are read back', async t => {
  const { many, more } = largeStates()
  const { run, fake } = await reconciliationSetup(t, 0, many)
  await run(many)
  const ofChange = async (change: () => Promise<unknown>) => {
    const before = fake.commands.length
    await change()
    return fake.commands.slice(before)
  }
  const sent = await ofChange(() => run(more))
  t.notOk(sent.some(text => text.startsWith('show')))
  const readBack = await ofChange(async () =>
    t.match(await run(more, true), { outcome: { kind: 'unchanged' } }),
  )
  t.ok(readBack.includes('get weight nodes/s2'))
  t.notOk(readBack.some(text => text.startsWith('show servers state')))
  const look = await ofChange(async () =>
    t.match(await run(more), { outcome: { kind: 'unchanged' }, readBackAfterMs: undefined }),
  )
  t.strictSame(look, ['show info'])
})

t.test('a change of servers costs nothing more with files that did not change', async t => {
  const { one, two } = await statesWithFiles(t)
  const { run, fake } = await reconciliationSetup(t, 0, one)
  await run(one)
  const before = fake.commands.length
  t.match(await run(two), { outcome: { kind: 'applied' } })
  t.strictSame(
    fake.commands.slice(before).map(command => command.split(' ').slice(0, 2).join(' ')),
    ['add server', 'set server'],
  )
})

t.test('a map is set at once, without a query, and the read-back finds it', async t => {
  const { one, map } = await statesWithFiles(t)
  const { run, fake, reloads, counted } = await reconciliationSetup(t, 0, one)
  await run(one)
  const before = fake.commands.length
  const changed = { ...one, files: [{ ...map, text: 'a 2\nb 3\n' }] }
  t.match(await run(changed), {
    outcome: { kind: 'applied', via: 'runtime', generation: 2, plan: { reason: /^set-map / } },
    readBackAfterMs: 0,
  })
  t.strictSame(fake.commands.slice(before), [
    `prepare map ${map.path}`,
    `add map @1 ${map.path} <<\na 2\nb 3`,
    `commit map @1 ${map.path}`,
  ])
  t.equal(readFileSync(map.path, 'utf8'), 'a 2\nb 3\n')
  t.match(await run(changed, true), { outcome: { kind: 'unchanged' } })
  t.equal(reloads(), 0)
  t.match(counted(), { operations: { 'set-map': 1 }, drift: { count: 0 } })
})

t.test('a list that HAProxy has not is loaded by one reload, and then left alone', async t => {
  const { one, map } = await statesWithFiles(t)
  const { run, reloads, folder } = await reconciliationSetup(t, 0, one)
  await run(one)
  const path = join(folder, 'unnamed.map')
  const more = { ...one, files: [map, { ...map, path }] }
  t.match(await run(more), { outcome: { via: 'reload', plan: { trigger: 'file' } } })
  t.match(await run(more, true), { outcome: { kind: 'unchanged' } })
  t.match(await run({ ...more, files: [...more.files] }), { outcome: { kind: 'unchanged' } })
  t.equal(reloads(), 1)
  t.equal(readFileSync(path, 'utf8'), map.text)
})

t.test('a map that another worker lost is set again', async t => {
  const { one, map } = await statesWithFiles(t)
  const { run, fake, runtime, counted } = await reconciliationSetup(t, 0, one)
  await run(one)
  writeFileSync(map.path, 'a 9\n')
  await fake.restart()
  t.match(await run({ ...one }), { outcome: { via: 'runtime', plan: { reason: /^set-map / } } })
  t.strictSame(await runtime.map(map.path).entries(), [{ key: 'a', value: '1' }])
  t.equal(readFileSync(map.path, 'utf8'), map.text)
  t.equal(counted().drift.count, 1)
})

t.test('a server leaves a large pool when its sessions have ended', async t => {
  const { many, more } = largeStates()
  const { run, fake } = await reconciliationSetup(t, 0, more)
  await run(more)
  const s2 = fake.server('nodes', 's2')
  if (s2) s2.sessions = 1
  const before = fake.commands.length
  t.match(await run(many), { outcome: { plan: { reason: 'drain nodes/s2' } } })
  t.match(await run(many, true), { outcome: { kind: 'unchanged' } })
  if (s2) s2.sessions = 0
  t.match(await run(many, true), { outcome: { plan: { reason: 'remove nodes/s2' } } })
  t.match(await run(many, true), { outcome: { kind: 'unchanged' } })
  t.equal(fake.server('nodes', 's2'), undefined)
  const asked = fake.commands.slice(before)
  t.notOk(asked.some(text => text.startsWith('show servers state')))
})

t.test('a contradiction in a large pool leads to a whole comparison', async t => {
  const { many, more } = largeStates()
  const { run, runtime, fake, counted } = await reconciliationSetup(t, 0, many)
  await run(many)
  await run(more)
  await runtime.setWeight('nodes', 's2', 3)
  await runtime.setWeight('nodes', 'm5', 3)
  t.match(await run(more, true), { outcome: { via: 'reload', plan: { trigger: 'unconfirmed' } } })
  t.match(counted().drift, { last: /m5 was changed.*s2 was changed/ })
  t.ok(fake.commands.includes('show servers state nodes'))
})

t.test('a newer configuration interrupts a comparison, but not each one', async t => {
  const { run, newer, fake } = await reconciliationSetup(t)
  await run(one)
  const before = fake.commands.length
  newer.abort()
  for (const kind of ['superseded', 'superseded', 'superseded', 'unchanged'])
    t.match(await run(one, true), { outcome: { kind } })
  t.ok(fake.commands.slice(before).includes('show servers state nodes'))
  t.match(await run(two), { outcome: { kind: 'applied' } }, 'from the state that was confirmed')
})

t.test('a refused operation leads to a reload', async t => {
  const { run, runtime, counted } = await reconciliationSetup(t)
  await run(one)
  // Another program adds the server that the plan still lacks.
  await runtime.addServer('nodes', { name: 's2', address: '10.0.0.9', port: 9 })
  const { outcome } = await run(two)
  t.match(outcome, { kind: 'applied' })
  t.match(await runtime.servers(['nodes']), [{ name: 's1' }, { name: 's2', address: '10.0.0.1' }])
  t.equal(counted().drift.count, 0, 'the confirmed state was dropped before')
})

t.test('an edited file under the same worker is replaced without a reload', async t => {
  const { run, configFile, reloads, fileText, counted } = await reconciliationSetup(t)
  await run(one)
  writeFileSync(configFile, `${one.text}backend more\n`)
  t.match(await run(one), { outcome: { kind: 'unchanged' } })
  t.equal(reloads(), 0)
  t.equal(fileText(), one.text)
  t.strictSame(counted().drift, { count: 1, last: 'the configuration file was edited' })
})

t.test('a HAProxy that is away is deferred, with the file prepared', async t => {
  const { run, fake, fileText } = await reconciliationSetup(t)
  await fake.close()
  t.match(await run(two), { outcome: { kind: 'deferred', cause: /cannot be reached/ } })
  t.equal(fileText(), two.text)
})

t.test('a departing server is read back ever less often while it has sessions', async t => {
  const { run, fake } = await reconciliationSetup(t)
  const s1 = fake.server('nodes', 's1')
  if (s1) s1.sessions = 1
  const first = await run(desire([]))
  t.match(first.outcome, { kind: 'applied', plan: { reason: 'drain nodes/s1' } })
  const second = await run(desire([]), true)
  t.match(second.outcome, { kind: 'unchanged', plan: { draining: ['nodes/s1'] } })
  t.ok((second.readBackAfterMs ?? 0) > (first.readBackAfterMs ?? 0))
  if (s1) s1.sessions = 0
  t.match(await run(desire([]), true), { outcome: { kind: 'applied' }, readBackAfterMs: 0 })
  t.equal(fake.server('nodes', 's1'), undefined)
})

t.test('a reload that waits for its interval yields to a newer configuration', async t => {
  const { run, newer, reloads } = await reconciliationSetup(t, 60_000)
  t.match(await run(desire([], 'backend a\n')), { outcome: { via: 'reload' } })
  const waiting = run(desire([], 'backend b\n'))
  newer.abort()
  t.match(await waiting, { outcome: { kind: 'superseded' } })
  t.equal(reloads(), 1)
})
