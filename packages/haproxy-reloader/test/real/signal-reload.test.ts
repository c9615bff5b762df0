import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMasterClient } from 'haproxy-runtime'
import { endProcess, missingProgram, until } from 'real-components'
import t from 'tap'
import { reloadViaS6, reloadViaSignal } from '../../src/index.js'
import { fileText, onEachHaproxy, pidOf, running, server, workbench } from './running-haproxy.js'

t.test('a program of s6 that does not end is killed, and the reload has failed', async t => {
  const service = t.testdir({ 's6-svc': '#!/bin/sh\ntrap "" TERM; while :; do sleep 600; done\n' })
  const program = join(service, 's6-svc')
  chmodSync(program, 0o755)
  const { ok, report } = await reloadViaS6({ service, program, timeoutMs: 300 })({})
  t.notOk(ok)
  t.match(report, `expected the end of \`${program} -2 ${service}\` within 300 ms`)
  t.match(report, `look at the supervisor of ${service}`)
})

onEachHaproxy(t, async (t, program) => {
  t.test('a signal to the master reloads, and a failed reload is rolled back', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    const { pid: master = 0 } = await bench.start(good)
    const pidFile = join(bench.folder, 'haproxy.pid')
    writeFileSync(pidFile, `${master}\n`)
    for (const reload of [reloadViaSignal({ pid: master }), reloadViaSignal({ pidFile })]) {
      const reloader = bench.reloader({ reload, reloadIntervalMs: 0 })
      const pid = await pidOf(bench)
      const more = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
      t.match(await reloader.apply(more), { kind: 'applied', via: 'reload' })
      t.not(await pidOf(bench), pid)
      t.match(await reloader.apply(good), { kind: 'applied', via: 'reload' })
    }
    const nowhere = join(bench.folder, 'missing', 'web.sock')
    const unbound = bench.desire([server('s1')], `frontend more\n  bind ${nowhere}\n`)
    const reloader = bench.reloader({ reload: reloadViaSignal({ pidFile }) })
    t.match(await reloader.apply(unbound), {
      kind: 'rolled-back',
      cause: /does not answer .*; the last good configuration runs again$/,
    })
    t.equal(fileText(bench), good.text)
    t.match(await running(bench), [{ name: 's1' }])
  })

  t.test('a signal that cannot be sent is a failed reload', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    const more = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    const ways = [
      reloadViaSignal({ pidFile: join(bench.folder, 'nowhere.pid') }),
      reloadViaSignal({ pid: 0 }),
      reloadViaSignal({ pid: Number.NaN }),
      reloadViaS6({ service: join(bench.folder, 'nowhere') }),
      reloadViaS6({ service: bench.folder, program: '/nonexistent/s6-svc' }),
    ]
    for (const reload of ways) {
      const outcome = await bench.reloader({ reload }).apply(more)
      t.match(outcome, { kind: 'rolled-back', cause: /^Cannot request a reload of HAProxy: / })
      t.equal(fileText(bench), good.text)
    }
  })

  const noS6 = missingProgram('s6-supervise')
  t.test('s6 reloads the HAProxy that it supervises', { skip: noS6 }, async t => {
    const bench = await workbench(t, program)
    const service = join(bench.folder, 'haproxy')
    mkdirSync(service)
    const args = `-W -db -S ${bench.masterSocket} -f ${bench.configFile}`
    writeFileSync(join(service, 'run'), `#!/bin/sh\nexec ${program} ${args}\n`, { mode: 0o755 })
    const good = bench.desire([server('s1')])
    writeFileSync(bench.configFile, good.text)
    const supervise = spawn('s6-supervise', [service], { stdio: 'ignore' })
    // A TERM brings the service down first.
    t.teardown(() => endProcess(supervise, 'SIGTERM'))
    await until('HAProxy to serve', () => pidOf(bench).catch(() => undefined))
    // A master that does not answer yet would ignore the signal.
    const master = createMasterClient({ socket: bench.masterSocket })
    await until('the master', () => master.processes().catch(() => undefined))
    const pid = await pidOf(bench)
    const reloader = bench.reloader({ reload: reloadViaS6({ service }) })
    const more = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    t.match(await reloader.apply(more), { kind: 'applied', via: 'reload' })
    t.not(await pidOf(bench), pid)
    t.strictSame(await bench.runtime.servers(['more']), [])
  })
})
