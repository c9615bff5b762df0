import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { createMasterClient } from 'haproxy-runtime'
import { loopbackAddress, until, type Tidy } from 'real-components'
import t from 'tap'
import { onEachHaproxy, server, workbench } from './running-haproxy.js'

const more = (name: string) => `backend ${name}\n  balance roundrobin\n`
const checked = 'check inter 2s fall 1 rise 1'

/** A web server; its port. */
async function answering(t: Tidy): Promise<number> {
  const backend = createServer((_, response) => response.end('whole')).listen(0, '127.0.0.1')
  t.teardown(() => backend.close().closeAllConnections())
  await once(backend, 'listening')
  return (backend.address() as AddressInfo).port
}

onEachHaproxy(t, async (t, program) => {
  t.test('a server that was down is down for the new worker from its start', async t => {
    const bench = await workbench(t, program)
    const servers = [
      server('up', { port: await answering(t), options: checked }),
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
    t.match(reloader.facts(), {
      reloads: { text: 3 },
      failedReloads: 0,
      outcomes: { applied: 3 },
    })
  })

  t.test('a reload waits while as many old workers live as may', async t => {
    const bench = await workbench(t, program)
    const port = await answering(t)
    const patient = (name: string) => {
      const { text, ...desired } = bench.desire([server('s1', { port })], more(name))
      return { ...desired, text: text.replace('hard-stop-after 1s', 'hard-stop-after 60s') }
    }
    await bench.start(patient('m0'))
    const reloader = bench.reloader({ reloadIntervalMs: 0, maxOldWorkers: 1 })
    // A request that is begun and not ended keeps its worker.
    const { hostname } = new URL(bench.url)
    const client = connect(Number(new URL(bench.url).port), hostname)
    t.teardown(() => client.destroy())
    await once(client, 'connect')
    client.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345')
    await once(client, 'data')
    t.match(await reloader.apply(patient('m1')), { kind: 'applied', via: 'reload' })
    t.match(await reloader.apply(patient('m2')), {
      kind: 'deferred',
      cause: '1 old workers still finish their sessions, and 1 are the limit',
    })
    t.match(reloader.facts(), { oldWorkers: 1, outcomes: { deferred: 1 } })
    t.match(await reloader.apply(patient('m1')), { kind: 'unchanged' }, 'the file is as before')
    t.match(await reloader.apply(patient('m3')), { kind: 'deferred' })
    client.destroy()
    await until('the other reload', async () => {
      return bench.runtime.servers(['m3']).catch(() => undefined)
    })
    await reloader.settled()
    const master = createMasterClient({ socket: bench.masterSocket })
    t.equal((await master.processes()).master.reloads, 2)
  })
})
