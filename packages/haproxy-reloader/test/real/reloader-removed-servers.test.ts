import { until } from 'real-components'
import t from 'tap'
import { slowBackend } from './backends.js'
import { onEachHaproxy, running, server, workbench } from './running-haproxy.js'

onEachHaproxy(t, async (t, program) => {
  t.test('a removed server finishes its sessions first', async t => {
    const { port, waiting } = await slowBackend(t)
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1', { port })]))
    const reloader = bench.reloader()
    const answer = fetch(bench.url)
    const response = await until('the request', () => waiting[0])

    t.match(await reloader.apply(bench.desire([server('s2')])), {
      kind: 'applied',
      via: 'runtime',
      plan: { reason: 'add nodes/s2, drain nodes/s1', draining: ['nodes/s1'] },
    })
    t.match(await running(bench), [
      { name: 's1', weight: 0, admin: 'ready' },
      { name: 's2', weight: 10 },
    ])
    t.match(await reloader.apply(bench.desire([server('s2')])), {
      kind: 'unchanged',
      plan: { draining: ['nodes/s1'] },
    })

    response.end('whole')
    t.equal(await (await answer).text(), 'whole')
    await reloader.settled()
    t.strictSame(
      (await running(bench)).map(({ name }) => name),
      ['s2'],
    )
  })

  t.test('a server that comes back while it drains is used again', async t => {
    const { port, waiting } = await slowBackend(t)
    const bench = await workbench(t, program)
    const desired = bench.desire([server('s1', { port })])
    await bench.start(desired)
    const reloader = bench.reloader()
    const answer = fetch(bench.url)
    const response = await until('the request', () => waiting[0])
    await reloader.apply(bench.desire([]))
    t.match(await reloader.apply(desired), {
      kind: 'applied',
      plan: { reason: 'set-weight nodes/s1 10' },
    })
    response.end('whole')
    t.equal(await (await answer).text(), 'whole')
    await reloader.settled()
    t.match(await running(bench), [{ name: 's1', weight: 10, admin: 'ready' }])
  })

  t.test('the drain deadline cuts a session that never ends', async t => {
    const { port, waiting } = await slowBackend(t)
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1', { port })]))
    const reloader = bench.reloader({ drainDeadlineMs: 100 })
    const answer = fetch(bench.url).then(
      ({ status }) => status,
      () => 'cut',
    )
    await until('the request', () => waiting[0])
    t.match(await reloader.apply(bench.desire([])), { kind: 'applied', via: 'runtime' })
    await reloader.settled()
    t.strictSame(await running(bench), [])
    t.not(await answer, 200)
  })

  t.test('a draining server stays as it is when the reloader closes', async t => {
    const { port, waiting } = await slowBackend(t)
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1', { port })]))
    const answer = fetch(bench.url)
    const response = await until('the request', () => waiting[0])
    {
      await using reloader = bench.reloader()
      await reloader.apply(bench.desire([]))
    }
    t.match(await running(bench), [{ name: 's1', weight: 0 }])
    response.end('whole')
    t.equal(await (await answer).text(), 'whole')
    // The next one takes over from there.
    const next = bench.reloader()
    await next.apply(bench.desire([]))
    await next.settled()
    t.strictSame(await running(bench), [])
  })
})
