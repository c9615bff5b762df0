import { writeFileSync } from 'node:fs'
import { command, createMasterClient } from 'haproxy-runtime'
import { endProcess, until } from 'real-components'
import t from 'tap'
import {
  adopted,
  fileText,
  onEachHaproxy,
  pidOf,
  running,
  server,
  workbench,
} from './running-haproxy.js'

onEachHaproxy(t, async (t, program) => {
  t.test('a server that was put into maintenance by hand is enabled at the next apply', async t => {
    const bench = await workbench(t, program)
    const desired = bench.desire([server('s1'), server('s2')])
    await bench.start(desired)
    const reloader = bench.reloader()
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    await bench.runtime.batch([command.setMaintenance('nodes', 's2')])
    t.match(await reloader.apply(desired), {
      kind: 'applied',
      via: 'runtime',
      plan: { reason: 'enable nodes/s2' },
    })
    t.match(await running(bench), [
      { name: 's1', admin: 'ready' },
      { name: 's2', admin: 'ready' },
    ])
    t.strictSame(reloader.drift(), { count: 1, last: 'nodes/s2 was changed' })
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(reloader.drift().count, 1)
  })

  t.test('a server that was removed by hand is added again without a reload', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1'), server('s2')]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([server('s1'), server('s2')]))
    await bench.runtime.removeServer('nodes', 's2')
    const desired = bench.desire([server('s1'), server('s2', { weight: 20 })])
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' })
    await reloader.settled()
    t.match(await running(bench), [{ name: 's1' }, { name: 's2', weight: 20 }])
  })

  t.test('a confirmed change that HAProxy does not run leads to a reload', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    let isMeddling = false
    const reloader = bench.reloader({
      runtime: {
        ...bench.runtime,
        async servers(...args) {
          if (isMeddling) await bench.runtime.maintenance('nodes', 's2')
          isMeddling = false
          return bench.runtime.servers(...args)
        },
      },
    })
    await reloader.apply(bench.desire([server('s1')]))
    const pid = await pidOf(bench)
    isMeddling = true
    await reloader.apply(bench.desire([server('s1'), server('s2')]))
    await reloader.settled()
    t.not(await pidOf(bench), pid)
    t.match(await running(bench), [{ name: 's1' }, { name: 's2', admin: 'ready' }])
    t.match(reloader.drift(), { count: 1, last: 'nodes/s2 was changed' })
  })

  t.test('an edited file is replaced without a reload, and counted', async t => {
    const { bench, good: desired, reloader, pid } = await adopted(t, program)
    writeFileSync(bench.configFile, `${desired.text}backend more\n  balance roundrobin\n`)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(fileText(bench), desired.text)
    t.equal(await pidOf(bench), pid)
    t.strictSame(reloader.drift(), { count: 1, last: 'the configuration file was edited' })
  })

  t.test('an edited file that HAProxy has loaded is replaced by a reload, and counted', async t => {
    const { bench, good: desired, reloader, pid } = await adopted(t, program)
    writeFileSync(bench.configFile, `${desired.text}backend more\n  balance roundrobin\n`)
    t.match(await createMasterClient({ socket: bench.masterSocket }).reload(), { ok: true })
    await until('the new worker', async () => (await pidOf(bench)) !== pid)
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'reload' })
    t.equal(fileText(bench), desired.text)
    t.match(reloader.drift(), { count: 1, last: /reloaded from outside.*edited/ })
    await t.rejects(bench.runtime.servers(['more']), { code: 'refused' })
  })

  t.test('a HAProxy that was restarted is adopted without a reload, and counted', async t => {
    const { bench, good: desired, reloader, haproxy: first } = await adopted(t, program)
    await endProcess(first, 'SIGTERM')
    await bench.start()
    const pid = await pidOf(bench)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(await pidOf(bench), pid)
    t.match(reloader.drift(), { count: 1, last: /restarted/ })
  })
})
