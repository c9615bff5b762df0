import { until } from 'real-components'
import t from 'tap'
import {
  fileText,
  onEachHaproxy,
  running,
  server,
  withOneServer,
  workbench,
} from './running-haproxy.js'

onEachHaproxy(t, async (t, program) => {
  t.test('after close nothing is applied', async t => {
    const { bench, good: desired, reloader } = await withOneServer(t, program)
    await reloader.close()
    const rejected = { name: 'ReloadError', code: 'closed' }
    await t.rejects(reloader.apply(bench.desire([server('s2')])), rejected)
    await reloader.settled()
    await reloader.close()
    t.equal(fileText(bench), desired.text)
    t.match(await running(bench), [{ name: 's1' }])
  })

  t.test('closing stops the running call and drops the waiting one', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    let isChecking = false
    const reloader = bench.reloader({
      check: (_text, { signal }) =>
        new Promise((_, reject) => {
          isChecking = true
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    })
    const underWay = reloader.apply(bench.desire([], 'backend more\n'))
    const waits = reloader.apply(bench.desire([server('s2')]))
    const rejected = t.rejects(underWay, { name: 'ReloadError', code: 'closed' })
    await until('the check', () => isChecking)
    await reloader.close()
    await rejected
    t.match(await waits, { kind: 'superseded' })
    t.match(await running(bench), [{ name: 's1' }])
  })
})
