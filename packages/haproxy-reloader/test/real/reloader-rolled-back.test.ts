import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, loopbackAddress } from 'real-components'
import t from 'tap'
import { occupiedPort } from './backends.js'
import {
  fileText,
  onEachHaproxy,
  pidOf,
  running,
  server,
  withOneServer,
  workbench,
} from './running-haproxy.js'

onEachHaproxy(t, async (t, program) => {
  t.test('a failed reload puts the last good file back', async t => {
    const { bench, good, reloader, pid } = await withOneServer(t, program)
    // haproxy -c does not bind, so that a socket in a folder that is missing passes the check.
    const nowhere = join(bench.folder, 'missing', 'web.sock')
    const unbound = bench.desire([server('s1')], `frontend more\n  bind ${nowhere}\n`)
    t.match(await reloader.apply(unbound), { kind: 'rolled-back', cause: /./ })
    t.equal(fileText(bench), good.text)
    t.notOk(existsSync(`${bench.configFile}.pending`))
    t.equal(await pidOf(bench), pid, 'the old worker goes on')
    t.match(await reloader.apply(good), { kind: 'unchanged' })

    const address = loopbackAddress()
    const free = await freePort(address)
    const corrected = bench.desire([server('s1')], `frontend more\n  bind ${address}:${free}\n`)
    t.match(
      await reloader.apply(corrected),
      { kind: 'applied', via: 'reload' },
      'another text is tried',
    )
  })

  t.test('a new worker without the stats socket is rolled back', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    const reloader = bench.reloader({ verifyTimeoutMs: 1500 })
    const moved = {
      ...good,
      text: good.text.replace(bench.runtimeSocket, join(bench.folder, 'other.sock')),
    }
    t.match(await reloader.apply(moved), {
      kind: 'rolled-back',
      cause: /does not answer on the stats socket .*; the last good configuration runs again/,
    })
    t.equal(fileText(bench), good.text)
    t.notOk(existsSync(`${bench.configFile}.pending`))
    t.match(await running(bench), [{ name: 's1' }])
    t.match(await reloader.apply(good), { kind: 'unchanged' })
  })

  t.test('a new worker without a desired pool is rolled back', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    const lacking = { ...good, pools: [...good.pools, { name: 'nowhere', servers: [] }] }
    t.match(await bench.reloader().apply(lacking), {
      kind: 'rolled-back',
      cause: /lacks a pool .*; the last good configuration runs again/,
    })
    t.match(await running(bench), [{ name: 's1' }])
  })

  t.test('an interrupted reload (marker present) is repeated at the start', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const pid = await pidOf(bench)
    const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    // What a killed agent leaves behind: the new file, its mark, and the old worker.
    writeFileSync(bench.configFile, desired.text)
    writeFileSync(`${bench.configFile}.pending`, '')
    const reloader = bench.reloader()
    t.match(await reloader.apply(desired), {
      kind: 'applied',
      via: 'reload',
      plan: { reason: 'the configuration that HAProxy loaded is unknown' },
    })
    t.not(await pidOf(bench), pid)
    t.notOk(existsSync(`${bench.configFile}.pending`))
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
  })

  t.test('after a killed reload a failed one goes back to the last text that worked', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    // What a killed agent leaves behind: a text that no worker starts with, and the last good one.
    const occupied = await occupiedPort(t)
    const bad = bench.desire([server('s1')], `frontend more\n  bind ${occupied}\n`)
    writeFileSync(bench.configFile, bad.text)
    writeFileSync(`${bench.configFile}.pending`, good.text)
    const reloader = bench.reloader()
    t.match(await reloader.apply(bad), { kind: 'rolled-back' })
    t.equal(fileText(bench), good.text)
    t.match(await reloader.apply(good), { kind: 'applied', via: 'reload' })
    t.notOk(existsSync(`${bench.configFile}.pending`))
    t.match(await running(bench), [{ name: 's1', weight: 10 }])
  })
})
