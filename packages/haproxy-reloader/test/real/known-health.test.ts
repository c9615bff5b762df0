import { loopbackAddress, until } from 'real-components'
import t from 'tap'
import { namedBackend } from './backends.js'
import { onEachHaproxy, server, workbench } from './running-haproxy.js'

const more = (name: string) => `backend ${name}\n  balance roundrobin\n`
const checked = 'check inter 2s fall 1 rise 1'

onEachHaproxy(t, async (t, program) => {
  t.test('a server that was down is down in the new worker from its start', async t => {
    const bench = await workbench(t, program)
    const servers = [
      server('up', { port: await namedBackend(t, 'up'), options: checked }),
      ...['d1', 'd2', 'd3'].map(name =>
        server(name, { address: loopbackAddress(), options: checked }),
      ),
    ]
    const desire = (name: string) => bench.desire(servers, more(name))
    await bench.start(desire('m0'))
    const reloader = bench.reloader({ reloadIntervalMs: 0 })
    const health = async () =>
      Object.fromEntries(
        (await bench.runtime.servers(['nodes'])).map(({ name, health }) => [name, health]),
      )
    const known = { up: 'up', d1: 'down', d2: 'down', d3: 'down' }
    await until('the checks', async () => JSON.stringify(await health()) === JSON.stringify(known))
    for (const name of ['m1', 'm2', 'm3']) {
      t.match(await reloader.apply(desire(name)), { kind: 'applied', via: 'reload' })
      // The first check of the new worker comes later than this.
      t.strictSame(await health(), known)
      for (let i = 0; i < 5; i++) t.equal((await fetch(bench.url)).status, 200)
    }
    t.match(reloader.statistics(), {
      reloads: { text: 3 },
      failedReloads: 0,
      outcomes: { applied: 3 },
    })
  })
})
