import { rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { freePort, loopbackAddress, requestFailure, type Tidy } from 'real-components'
import t from 'tap'
import type { ReloaderOptions } from '../../src/index.js'
import { namedBackend } from './backends.js'
import { fileText, onEachHaproxy, pidOf, running, server, workbench } from './running-haproxy.js'

type Probe = NonNullable<ReloaderOptions['probe']>

/** Asks a frontend for a 200 that carries the process id of the worker. */
function probeOf(url: string): Probe {
  return async ({ worker, signal }) => {
    const response = await fetch(url, { signal, headers: { connection: 'close' } })
    await response.arrayBuffer()
    const pid = response.headers.get('x-worker')
    if (pid !== String(worker)) return `answered by ${pid}, not by ${worker}`
    return response.status === 200 ? undefined : `status ${response.status}`
  }
}

/** A HAProxy whose frontend `checked` answers 200, a reloader with a probe of it, and other texts. */
async function probed(t: Tidy, program: string, options: Partial<ReloaderOptions> = {}) {
  const bench = await workbench(t, program)
  const at = `${loopbackAddress()}:${await freePort('127.0.0.1')}`
  const s1 = server('s1', { port: await namedBackend(t, 's1') })
  const answering = (status: number, servers = [s1]) =>
    bench.desire(
      servers,
      `frontend checked\n  bind ${at}\n  http-request return status ${status} content-type text/plain string x hdr x-worker %pid\n`,
    )
  const good = answering(200)
  await bench.start(good)
  const probe = probeOf(`http://${at}/`)
  const reloader = bench.reloader({
    probe,
    probeTimeoutMs: 1500,
    reloadIntervalMs: 0,
    ...options,
  })
  await reloader.apply(good)
  return { bench, good, answering, reloader, probe, s1 }
}

/** Sends requests one after the other, with kept and with new connections, until it is ended. */
function load(url: string) {
  let isOver = false
  const count = async (agent: Agent) => {
    const failures: string[] = []
    let requests = 0
    for (; !isOver; requests++) {
      const failure = await requestFailure(url, agent)
      if (failure !== undefined) failures.push(failure)
    }
    agent.destroy()
    return { requests, failures }
  }
  const clients = [true, false, false].map(keepAlive =>
    count(new Agent({ keepAlive, maxSockets: 1 })),
  )
  return async () => {
    isOver = true
    const counts = await Promise.all(clients)
    return {
      requests: counts.reduce((sum, { requests }) => sum + requests, 0),
      failures: counts.flatMap(({ failures }) => failures),
    }
  }
}

onEachHaproxy(t, async (t, program) => {
  t.test('a text whose frontend answers 503 is rolled back, and no request is lost', async t => {
    const { bench, good, answering, reloader, s1 } = await probed(t, program)
    const end = load(bench.url)
    const outcome = await reloader.apply(answering(503))
    const { requests, failures } = await end()
    t.match(outcome, {
      kind: 'rolled-back',
      cause: 'the probe failed for 1500 ms: status 503; the last good configuration runs again',
    })
    t.same(failures, [])
    t.ok(requests > 0, `${requests} requests`)
    t.equal(fileText(bench), good.text)
    t.match(await reloader.apply(good), { kind: 'unchanged' })

    const pid = await pidOf(bench)
    const other = answering(503, [s1, server('s2')])
    t.match(await reloader.apply(other), { kind: 'rolled-back' }, 'with other servers too')
    t.equal(await pidOf(bench), pid, 'without another reload')
    t.match(await reloader.apply(answering(200, [s1, server('s2')])), {
      kind: 'applied',
      via: 'runtime',
    })
  })

  t.test('a reload after which the new worker answers is kept', async t => {
    const { bench, answering, reloader } = await probed(t, program)
    const pid = await pidOf(bench)
    const { text, ...more } = answering(200)
    const changed = { ...more, text: `${text}backend more\n  balance roundrobin\n` }
    t.match(await reloader.apply(changed), { kind: 'applied', via: 'reload' })
    t.not(await pidOf(bench), pid)
  })

  t.test('a probe that hangs rolls back', async t => {
    let isHanging = false
    const { bench, good, answering, reloader } = await probed(t, program, {
      probe: ({ when }) => {
        isHanging = when === 'after'
        return isHanging ? new Promise(() => {}) : Promise.resolve(undefined)
      },
      probeTimeoutMs: 200,
    })
    t.match(await reloader.apply(answering(404)), {
      kind: 'rolled-back',
      cause: /^the probe failed for 200 ms: it gave no result; the last good/,
    })
    t.ok(isHanging)
    t.equal(fileText(bench), good.text)
  })

  t.test('a probe that fails before the reload too does not hold it up', async t => {
    const { bench, answering, reloader } = await probed(t, program, {
      probe: () => Promise.resolve('down'),
    })
    t.match(await reloader.apply(answering(503)), { kind: 'applied', via: 'reload' })
    t.equal(fileText(bench), answering(503).text)
    t.match(await reloader.apply(answering(200)), { kind: 'applied', via: 'reload' })
  })

  t.test('without a last good text HAProxy keeps the new one, and the outcome says so', async t => {
    const { bench, answering, probe } = await probed(t, program)
    rmSync(bench.configFile)
    const first = bench.reloader({ probe, probeTimeoutMs: 1500 })
    t.match(await first.apply(answering(503)), {
      kind: 'rolled-back',
      cause: /status 503; there is no earlier configuration, so HAProxy keeps this one$/,
    })
    t.match(await running(bench), [{ name: 's1' }])
    t.match(
      await first.apply(answering(200)),
      { kind: 'applied', via: 'reload' },
      'the next text is loaded',
    )
  })
})
