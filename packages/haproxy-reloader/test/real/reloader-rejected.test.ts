import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkConfiguration } from 'haproxy-config-text'
import t from 'tap'
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
  t.test(
    'a rejected text leaves the running file alone and names the line and the server',
    async t => {
      const bench = await workbench(t, program)
      const good = bench.desire([server('s1')])
      await bench.start(good)
      let checks = 0
      const reloader = bench.reloader({
        check: (text, options) => {
          checks++
          return checkConfiguration(text, {
            binary: program,
            configFile: bench.configFile,
            ...options,
          })
        },
      })
      const pid = await pidOf(bench)
      const bad = bench.desire([server('s1'), server('s2', { options: 'no-such-word' })])
      const outcome = await reloader.apply(bad)
      t.match(outcome, { kind: 'rejected', report: /no-such-word/, line: 15, server: 's2' })
      t.match(bad.text.split('\n')[14], /server s2/)
      t.equal(fileText(bench), good.text)
      t.notOk(existsSync(`${bench.configFile}.candidate`))
      t.notOk(existsSync(`${bench.configFile}.pending`))
      t.equal(await pidOf(bench), pid)
      t.match(await running(bench), [{ name: 's1' }])

      t.strictSame(await reloader.apply(bad), outcome, 'the same text gets the same answer')
      t.equal(checks, 1, 'without another check')
      t.match(await reloader.apply(good), { kind: 'unchanged' })
    },
  )

  t.test('HAProxy away: a text that it would not start with is rejected', async t => {
    const bench = await workbench(t, program)
    const reloader = bench.reloader()
    const good = bench.desire([server('s1')])
    await reloader.apply(good)
    const bad = bench.desire([server('s1', { options: 'no-such-word' })])
    t.match(await reloader.apply(bad), { kind: 'rejected', server: 's1' })
    t.equal(fileText(bench), good.text)
  })

  t.test(
    'a name that could become a command is refused, and nothing is sent to HAProxy',
    async t => {
      const { bench, good, reloader } = await withOneServer(t, program)
      const hostile = { ...good, pools: [{ name: 'nodes', servers: [server('a;b')] }] }
      await t.rejects(reloader.apply(hostile), { name: 'HaproxyError', code: 'unsafe-argument' })
      t.match(await running(bench), [{ name: 's1', weight: 10 }])
      t.equal(fileText(bench), good.text)
    },
  )

  t.test('a disk error is a ReloadError, and HAProxy stays as it is', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const configFile = join(bench.configFile, 'below-a-file.cfg')
    const reloader = bench.reloader({ configFile })
    await t.rejects(reloader.apply(bench.desire([])), { name: 'ReloadError', code: 'file' })
    await t.rejects(reloader.apply(bench.desire([])), { name: 'ReloadError', code: 'file' })
    t.match(await running(bench), [{ name: 's1', weight: 10 }])
  })

  t.test('a check that cannot be run is a ReloadError, and nothing is reloaded', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    const reloader = bench.reloader({
      check: (text, options) =>
        checkConfiguration(text, { binary: '/nonexistent/haproxy', ...options }),
    })
    const desired = bench.desire([server('s1')], 'backend more\n')
    await t.rejects(reloader.apply(desired), { name: 'ReloadError', code: 'check-unavailable' })
    t.equal(fileText(bench), good.text)
  })

  t.test('an empty text is rejected, and the running configuration stays', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    t.match(await bench.reloader().apply({ ...good, text: '\n' }), {
      kind: 'rejected',
      report: /empty/,
    })
    t.equal(fileText(bench), good.text)
  })
})
