import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { onEachHaproxy, server, workbench, type Workbench } from './running-haproxy.js'

const quick = { reloadIntervalMs: 0 }
const more = 'backend more\n  balance roundrobin\n'
const folderOf = ({ folder }: Workbench) => join(folder, 'generations')
const namesOf = async ({ runtime }: Workbench) =>
  (await runtime.servers(['nodes'])).map(({ name }) => name)

onEachHaproxy(t, async (t, program) => {
  t.test('each applied configuration is a generation, over restarts of the agent', async t => {
    const bench = await workbench(t, program)
    const first = bench.desire([server('s1')])
    await bench.start(first)
    const options = { ...quick, generations: { folder: folderOf(bench) } }
    const before = bench.reloader(options)
    t.match(await before.apply(first, { cause: 'the agent started' }), { kind: 'unchanged' })
    const second = bench.desire([server('s1'), server('s2')])
    t.match(await before.apply(second, { cause: 'member s2 joined' }), { generation: 2 })
    await before.close()

    const reloader = bench.reloader(options)
    t.match(await reloader.apply(second), { kind: 'unchanged' })
    t.match(await reloader.apply(bench.desire([server('s1')], more)), { generation: 3 })
    t.match(await reloader.generations(), [
      { number: 1, via: 'adopted', cause: 'the agent started', plan: { operations: [] } },
      {
        number: 2,
        via: 'runtime',
        cause: 'member s2 joined',
        plan: { reason: 'add nodes/s2', operations: [{ kind: 'add' }] },
        diff: /\n\+ {2}server s2 127\.0\.0\.1:9 weight 10\n/,
        tookMs: Number,
        at: Number,
      },
      { number: 3, via: 'reload', cause: 'the configuration differs in more than servers' },
    ])
    t.equal((await reloader.generations()).length, 3)
    t.match(await reloader.generation(2), second)
    t.match(await reloader.diff(3, 1), /^--- generation 3\n\+\+\+ generation 1\n@@/)
    t.match(reloader.statistics(), { generation: 3, generationsError: undefined })
  })

  t.test('a generation is restored by its number, as a new one', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader({ ...quick, generations: { folder: folderOf(bench) } })
    await reloader.apply(bench.desire([server('s1')]))
    await reloader.apply(bench.desire([server('s1'), server('s2')]))
    await reloader.apply(bench.desire([server('s2')], more))
    t.match(await reloader.restore(2), { kind: 'applied', via: 'reload', generation: 4 })
    t.strictSame(await namesOf(bench), ['s1', 's2'])
    t.match(await reloader.restore(1), { kind: 'applied', via: 'runtime', generation: 5 })
    await reloader.settled()
    t.strictSame(await namesOf(bench), ['s1'])
    t.equal(readFileSync(bench.configFile, 'utf8'), bench.desire([server('s1')]).text)
    t.match((await reloader.generations()).slice(3), [
      { number: 4, cause: 'restore of 2' },
      { number: 5, cause: 'restore of 1' },
    ])
    t.match(await reloader.restore(5), { kind: 'unchanged' })
    await t.rejects(reloader.restore(6), { code: 'unknown-generation' })
    const broken = join(folderOf(bench), '00000003.json')
    writeFileSync(broken, readFileSync(broken, 'utf8').replace('more', 'less'))
    await t.rejects(reloader.restore(3), { code: 'broken-generation' })
    t.strictSame(await namesOf(bench), ['s1'])
  })

  t.test('corrected drift and rolled-back configurations are no generations', async t => {
    const bench = await workbench(t, program)
    const desired = bench.desire([server('s1'), server('s2')])
    await bench.start(desired)
    const reloader = bench.reloader({
      verifyTimeoutMs: 1500,
      generations: { folder: folderOf(bench) },
    })
    await reloader.apply(desired)
    await bench.runtime.maintenance('nodes', 's2')
    t.match(await reloader.apply(desired), { kind: 'applied', generation: 1 })
    const bad = bench.desire([server('s1', { options: 'no-such-word' })])
    t.match(await reloader.apply(bad, { cause: 'bad' }), { kind: 'rejected' })
    const elsewhere = join(bench.folder, 'other.sock')
    const moved = { ...desired, text: desired.text.replace(bench.runtimeSocket, elsewhere) }
    t.match(await reloader.apply(moved), { kind: 'rolled-back' })
    t.equal((await reloader.generations()).length, 1)
    await reloader.apply(bench.desire([server('s1')]))
    t.match(await reloader.generations(), [{}, { number: 2, cause: 'drain nodes/s2' }])
  })

  t.test(
    'the causes of superseded calls are kept, and a broken folder stops no change',
    async t => {
      const bench = await workbench(t, program)
      await bench.start(bench.desire([]))
      const folder = folderOf(bench)
      writeFileSync(folder, 'a file')
      const reloader = bench.reloader({ ...quick, generations: { folder } })
      const names = ['s1', 's2', 's3', 's4']
      await Promise.all(
        names.map(name =>
          reloader.apply(bench.desire([server(name)]), { cause: `${name} joined` }),
        ),
      )
      await reloader.settled()
      t.strictSame(await namesOf(bench), ['s4'])
      t.match(reloader.statistics(), {
        generation: 2,
        generationsError: /^Cannot read .*generations/,
      })
      t.equal(readFileSync(folder, 'utf8'), 'a file')
      t.match(await reloader.generation(2), { cause: 's2 joined, s3 joined, s4 joined' })
    },
  )
})
