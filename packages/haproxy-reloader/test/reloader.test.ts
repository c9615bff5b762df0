import { join } from 'node:path'
import type { Tidy } from 'real-components'
import t from 'tap'
import { createReloader } from '../src/index.js'
import { desire, fakeSetup, server } from './fake-haproxy-setup.js'

const one = desire([server('s1')])
const two = desire([server('s1'), server('s2')])

async function reloaderSetup(t: Tidy) {
  const setup = await fakeSetup(t, one.text)
  const { configFile, runtime, reload, folder } = setup
  const reloader = createReloader({
    configFile,
    runtime,
    reload,
    reloadIntervalMs: 0,
    check: async text =>
      text.includes('bad')
        ? { ok: false, report: 'unknown keyword', problems: [], line: 3 }
        : { ok: true },
    generations: { folder: join(folder, 'generations'), keep: 3 },
  })
  t.teardown(() => reloader.close())
  return { ...setup, reloader }
}

t.test('generations are listed, compared and restored', async t => {
  const { reloader, runtime } = await reloaderSetup(t)
  await reloader.apply(one, { cause: 'start' })
  await reloader.apply(two, { cause: 's2 joined' })
  t.match(await reloader.generations(), [
    { number: 1, via: 'adopted', cause: 'start' },
    { number: 2, via: 'runtime', cause: 's2 joined' },
  ])
  t.equal((await reloader.generation(2)).text, two.text)
  t.equal(
    await reloader.diff(1, 2),
    `--- generation 1
+++ generation 2
@@ -1,3 +1,4 @@
 backend nodes
   balance roundrobin
   server s1 10.0.0.1:80 weight 10
+  server s2 10.0.0.1:80 weight 10
`,
  )
  t.match(await reloader.restore(1), { kind: 'applied', generation: 3 })
  await reloader.settled()
  t.match(await runtime.servers(['nodes']), [{ name: 's1' }])
  t.match((await reloader.generations()).at(-1), { cause: 'restore of 1' })
})

t.test('a preview has the plan and the running text, and changes nothing', async t => {
  const { reloader, runtime } = await reloaderSetup(t)
  // Before the first configuration is applied, and after it.
  for (const isApplied of [false, true]) {
    if (isApplied) await reloader.apply(one)
    t.match(await reloader.preview(one), { plan: { kind: 'noop' }, text: one.text })
    t.match(await reloader.preview(two), {
      plan: { kind: 'runtime', operations: [{ kind: 'add', pool: 'nodes' }] },
      text: one.text,
    })
    const more = desire([server('s1')], 'backend more\n')
    t.match(await reloader.preview(more), { plan: { kind: 'reload', trigger: 'text' } })
    t.match(await runtime.servers(['nodes']), [{ name: 's1' }])
  }
  t.match(await reloader.apply(two), { kind: 'applied', via: 'runtime' })
  t.match(await reloader.preview(one), {
    plan: { operations: [{ kind: 'drain', name: 's2' }] },
    text: two.text,
  })
})

t.test('a preview during changes does not turn them into reloads', async t => {
  const { reloader } = await reloaderSetup(t)
  await reloader.apply(one)
  for (const [i, options] of ['maxconn 1', 'maxconn 2', 'maxconn 3'].entries()) {
    const next = desire([server('s1'), server(`n${i}`, { options })])
    const [outcome] = await Promise.all([reloader.apply(next), reloader.preview(one)])
    t.match(outcome, { kind: 'applied', via: 'runtime' })
    t.match(await reloader.preview(next), { plan: { kind: /noop|runtime/ } })
  }
})

t.test('a rejected text is an outcome, and no generation', async t => {
  const { reloader } = await reloaderSetup(t)
  await reloader.apply(one)
  const bad = { ...desire([server('bad', { options: 'maxconn 1' })], 'backend more\n') }
  const lines = [{ line: 3, pool: 'nodes', server: 'bad' }]
  t.strictSame(await reloader.apply({ ...bad, lines }), {
    kind: 'rejected',
    report: 'unknown keyword',
    line: 3,
    server: 'bad',
  })
  t.equal((await reloader.generations()).length, 1)
})

t.test('the statistics are plain data that can be written as JSON', async t => {
  const { reloader, runtime } = await reloaderSetup(t)
  await reloader.apply(one)
  await reloader.apply(two)
  await reloader.settled()
  await runtime.maintenance('nodes', 's1')
  await reloader.apply(two)
  const statistics = reloader.statistics()
  t.match(JSON.parse(JSON.stringify(statistics)), {
    generation: 2,
    operations: { add: 1, enable: 1 },
    drift: { count: 1, last: 'nodes/s1 was changed' },
    batches: { count: 2, buckets: [{ le: 1 }] },
  })
  t.strictSame(reloader.drift(), statistics.drift)
})

t.test('an invalid number of generations is refused at once', async t => {
  const { configFile, runtime, reload } = await fakeSetup(t, one.text)
  const generations = { folder: '/nonexistent', keep: 0 }
  t.throws(() => createReloader({ configFile, runtime, reload, generations }), {
    message: 'Invalid generations.keep: expected an integer from 1, got 0',
  })
})
