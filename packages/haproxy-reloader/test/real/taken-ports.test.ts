import { createServer } from 'node:net'
import { writeFileSync } from 'node:fs'
import { freePort, haproxyPlace, loopbackAddress, startHaproxy } from 'real-components'
import t from 'tap'
import { occupiedPort } from './backends.js'
import {
  fileText,
  onEachHaproxy,
  pidOf,
  server,
  withOneServer,
  workbench,
} from './running-haproxy.js'

onEachHaproxy(t, async (t, program) => {
  t.test('a port that another program has is reported, and nothing is reloaded', async t => {
    const { bench, good, reloader, pid } = await withOneServer(t, program)
    const occupied = await occupiedPort(t)
    const taken = bench.desire(
      [server('s1')],
      `frontend more\n  bind ${occupied}\n  bind ${loopbackAddress()}:${await freePort('127.0.0.1')}\n`,
    )
    const { takenPorts } = await reloader.preview(taken)
    const line = taken.text.split('\n').findIndex(each => each.includes(occupied)) + 1
    const report = new RegExp(
      `^line ${line}: HAProxy cannot listen at ${occupied}: \\S+ \\(process ${process.pid}\\) listens there; stop it, or choose another port; see \`ss -ltnp\`$`,
    )
    t.match(takenPorts, [report])
    t.match(await reloader.apply(taken), { kind: 'rejected', report, line })
    t.equal(fileText(bench), good.text)
    t.equal(await pidOf(bench), pid)
    t.equal(reloader.statistics().failedReloads, 0)
    t.match(await reloader.apply(good), { kind: 'unchanged' })
  })

  t.test('a port that two HAProxys would share unseen is taken', async t => {
    const { bench, reloader } = await withOneServer(t, program)
    const other = haproxyPlace(t)
    const at = `${loopbackAddress()}:${await freePort('127.0.0.1')}`
    const more = `frontend more\n  bind ${at}\n`
    const text = bench.desire([]).text.replace(bench.runtimeSocket, other.runtimeSocket)
    const elsewhere = `${loopbackAddress()}:${await freePort('127.0.0.1')}`
    await startHaproxy(t, other, text.replace(/ {2}bind .*/, `  bind ${elsewhere}`) + more, program)
    t.match(await reloader.apply(bench.desire([server('s1')], more)), {
      kind: 'rejected',
      report: /\(process \d+\) listens there/,
    })
  })

  t.test(
    'an address that the machine does not have is reported, unless the line is transparent',
    async t => {
      const { bench, reloader } = await withOneServer(t, program)
      const absent = (words: string) =>
        bench.desire([server('s1')], `frontend more\n  bind 192.0.2.1:8080${words}\n`)
      t.match(await reloader.apply(absent('')), {
        kind: 'rejected',
        report: /192\.0\.2\.1:8080: no interface of this machine has that address; .*`transparent`/,
      })
      t.same((await reloader.preview(absent(' transparent'))).takenPorts, [])
    },
  )

  t.test('neither a port of HAProxy itself nor a free one is reported', async t => {
    const bench = await workbench(t, program)
    const at = `${loopbackAddress()}:${await freePort('127.0.0.1')}`
    const more = bench.desire([server('s1')], `frontend more\n  bind ${at}\n`)
    await bench.start(more)
    // Edited by hand: HAProxy listens where its file does not say so.
    const edited = bench.desire([server('s1')], 'backend more\n')
    writeFileSync(bench.configFile, edited.text)
    const again = bench.desire([server('s1')], `# again\nfrontend other\n  bind ${at}\n`)
    t.match(await bench.reloader().apply(again), { kind: 'applied', via: 'reload' })
  })

  t.test('a port is used as soon as it is free', async t => {
    const { bench, reloader } = await withOneServer(t, program)
    const address = loopbackAddress()
    const port = await freePort(address)
    const other = createServer()
    await new Promise<void>(resolve => other.listen(port, address, resolve))
    const more = (comment: string) =>
      bench.desire([server('s1')], `# ${comment}\nfrontend more\n  bind ${address}:${port}\n`)
    t.match(await reloader.apply(more('taken')), { kind: 'rejected' })
    await new Promise(resolve => other.close(resolve))
    t.match(await reloader.apply(more('free')), { kind: 'applied', via: 'reload' })
  })

  t.test('variables of the running HAProxy are known', async t => {
    const { bench, reloader } = await withOneServer(t, program)
    const occupied = await occupiedPort(t)
    const text = bench
      .desire([server('s1')], `frontend more\n  bind "\${PLACE}"\n`)
      .text.replace('global\n', `global\n  setenv PLACE ${occupied}\n`)
    const { pools } = bench.desire([server('s1')])
    t.match(await reloader.apply({ text, pools }), {
      kind: 'rejected',
      report: new RegExp(`cannot listen at ${occupied}: `),
    })
  })
})
