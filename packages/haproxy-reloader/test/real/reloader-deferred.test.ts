import { until } from 'real-components'
import t from 'tap'
import {
  continueIfAlive,
  fileText,
  onEachHaproxy,
  pidOf,
  running,
  server,
  withOneServer,
  workbench,
  stopProcess,
} from './running-haproxy.js'

onEachHaproxy(t, async (t, program) => {
  t.test('HAProxy away: the outcome is deferred and the file is ready for its start', async t => {
    const bench = await workbench(t, program)
    const reloader = bench.reloader()
    const desired = bench.desire([server('s1'), server('s2')])
    t.match(await reloader.apply(desired), { kind: 'deferred', cause: /cannot be reached/ })
    t.equal(fileText(bench), desired.text)
    t.match(await reloader.apply(desired), { kind: 'deferred' })
    await bench.start()
    t.match(await running(bench), [{ name: 's1' }, { name: 's2' }])
    const pid = await pidOf(bench)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(await pidOf(bench), pid)
  })

  t.test(
    'a configuration that was deferred while HAProxy hung is applied when it continues',
    async t => {
      const { bench, reloader, pid } = await withOneServer(t, program)
      await stopProcess(pid)
      t.teardown(() => continueIfAlive(pid))
      const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
      t.match(await reloader.apply(desired), { kind: 'deferred', cause: /did not answer/ })
      t.equal(fileText(bench), desired.text)
      process.kill(pid, 'SIGCONT')
      // It is tried again by itself, so that either this call applies it or nothing is left to do.
      t.match(await reloader.apply(desired), { kind: /^(?:applied|unchanged)$/ })
      t.strictSame(await bench.runtime.servers(['more']), [])
    },
  )

  t.test(
    'a deferred configuration is applied when HAProxy answers, without another call',
    async t => {
      const { bench, reloader, pid } = await withOneServer(t, program)
      await stopProcess(pid)
      t.teardown(() => continueIfAlive(pid))
      const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
      t.match(await reloader.apply(desired), { kind: 'deferred' })
      process.kill(pid, 'SIGCONT')
      await until('the new worker', async () => (await pidOf(bench)) !== pid)
      await reloader.settled()
      t.strictSame(await bench.runtime.servers(['more']), [])
    },
  )
})
