import { once } from 'node:events'
import { connect } from 'node:net'
import { createMasterClient } from 'haproxy-runtime'
import { until } from 'real-components'
import t from 'tap'
import { namedBackend } from './backends.js'
import { onEachHaproxy, server, workbench } from './running-haproxy.js'

const more = (name: string) => `backend ${name}\n  balance roundrobin\n`

onEachHaproxy(t, async (t, program) => {
  t.test('a reload is deferred while the maximum number of old workers runs', async t => {
    const bench = await workbench(t, program)
    const port = await namedBackend(t, 's1')
    const slowStop = (name: string) => {
      const { text, ...desired } = bench.desire([server('s1', { port })], more(name))
      return { ...desired, text: text.replace('hard-stop-after 1s', 'hard-stop-after 60s') }
    }
    await bench.start(slowStop('m0'))
    const reloader = bench.reloader({ reloadIntervalMs: 0, maxOldWorkers: 1 })
    // A request that is begun and not ended keeps its worker.
    const { hostname } = new URL(bench.url)
    const client = connect(Number(new URL(bench.url).port), hostname)
    t.teardown(() => client.destroy())
    await once(client, 'connect')
    client.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345')
    await once(client, 'data')
    t.match(await reloader.apply(slowStop('m1')), { kind: 'applied', via: 'reload' })
    t.match(await reloader.apply(slowStop('m2')), {
      kind: 'deferred',
      cause: 'old workers that still finish their sessions: 1; the limit is 1',
    })
    t.match(reloader.statistics(), { oldWorkers: 1, outcomes: { deferred: 1 } })
    t.match(await reloader.apply(slowStop('m1')), { kind: 'unchanged' }, 'the file is as before')
    t.match(await reloader.apply(slowStop('m3')), { kind: 'deferred' })
    client.destroy()
    await until('the other reload', async () => {
      return bench.runtime.servers(['m3']).catch(() => undefined)
    })
    await reloader.settled()
    const master = createMasterClient({ socket: bench.masterSocket })
    t.equal((await master.processes()).master.reloads, 2)
  })
})
