import { once } from 'node:events'
import { appendFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  endProcess,
  freePort,
  haproxyHead,
  haproxyPlace,
  haproxyReleases,
  loopbackAddress,
  missingProgram,
  startHaproxy,
  until,
  type HaproxyPlace,
  type Tidy,
} from 'real-components'
import t from 'tap'
import { createMasterClient, createRuntimeClient, command } from '../../src/index.js'
import { createSdk } from '../../src/sdk.js'

/** A HAProxy with a frontend, a pool `nodes` with one server, and an empty pool `spare`. */
async function runningHaproxy(
  t: Tidy,
  program: string,
  server = '127.0.0.1:9',
): Promise<HaproxyPlace & { url: string }> {
  const place = haproxyPlace(t)
  const address = loopbackAddress()
  const port = await freePort(address)
  await startHaproxy(
    t,
    place,
    `${haproxyHead(place)}frontend web
  bind ${address}:${port}
  default_backend nodes
backend nodes
  balance roundrobin
  server s1 ${server} weight 10
backend spare
  balance roundrobin
`,
    program,
  )
  return { ...place, url: `http://${address}:${port}/` }
}

t.test('there is a HAProxy', { skip: missingProgram('haproxy') }, async t => {
  t.ok(haproxyReleases().length > 0)
})

for (const { version, program } of haproxyReleases()) {
  t.test(`on HAProxy ${version}`, async t => {
    t.test(
      'a server is added, its weight and address are set, and it is deleted, and HAProxy runs each step',
      async t => {
        const { runtimeSocket } = await runningHaproxy(t, program)
        const runtime = createRuntimeClient({ socket: runtimeSocket })
        const s2 = async () => (await runtime.servers(['spare'])).find(({ name }) => name === 's2')
        const run = async (...commands: Parameters<typeof runtime.batch>[0]) => {
          for (const { done, command, reply } of await runtime.batch(commands))
            t.ok(done, `${command}: ${reply}`)
        }

        await run(command.addServer('spare', 's2', '127.0.0.1', 9, 'weight 5'))
        t.match(await s2(), {
          address: '127.0.0.1',
          port: 9,
          weight: 5,
          admin: 'maint',
          checked: false,
        })
        await run(command.setReady('spare', 's2'))
        t.match(await s2(), { admin: 'ready', health: 'up' })
        await run(command.setWeight('spare', 's2', 0))
        t.match(await s2(), { weight: 0 })
        await run(command.setAddress('spare', 's2', '127.0.0.2', 10))
        t.match(await s2(), { address: '127.0.0.2', port: 10 })
        await run(
          command.setAddress('spare', 's2', '127.0.0.2', 10),
          command.setAddress('spare', 's2', '::1', 10),
        )
        t.match(await s2(), { address: '::1', port: 10 })
        await run(command.setMaintenance('spare', 's2'), command.shutdownSessions('spare', 's2'))
        t.match(await s2(), { admin: 'maint' })
        await run(command.deleteServer('spare', 's2'))
        t.equal(await s2(), undefined)
      },
    )

    t.test('the health check of an added server starts on request', async t => {
      const { runtimeSocket } = await runningHaproxy(t, program)
      const runtime = createRuntimeClient({ socket: runtimeSocket })
      const s2 = async () => (await runtime.servers(['spare']))[0]
      // No program listens on port 9.
      await runtime.batch([
        command.addServer('spare', 's2', '127.0.0.1', 9, 'check inter 10ms fall 1'),
        command.setReady('spare', 's2'),
      ])
      t.match(await s2(), { checked: false, health: 'up' })
      const [enabled] = await runtime.batch([command.enableHealth('spare', 's2')])
      t.match(enabled, { done: true })
      t.match(await s2(), { checked: true })
      await until('the check to fail', async () => (await s2())?.health === 'down')
    })

    t.test(
      'what HAProxy refuses is not done, and the commands after it are carried out',
      async t => {
        const { runtimeSocket } = await runningHaproxy(t, program)
        const runtime = createRuntimeClient({ socket: runtimeSocket })
        const results = await runtime.batch([
          command.addServer('nodes', 's1', '127.0.0.1', 9),
          command.addServer('ghosts', 's1', '127.0.0.1', 9),
          command.deleteServer('nodes', 's1'),
          command.deleteServer('nodes', 's9'),
          command.setReady('nodes', 's9'),
          command.addServer('nodes', 's3', '127.0.0.1', 9, 'no-such-word'),
          command.setWeight('nodes', 's1', 20),
        ])
        t.strictSame(
          results.map(({ done }) => done),
          [false, false, false, false, false, false, true],
        )
        t.match(results, [
          { reply: 'Already exists a server with the same name in backend.' },
          { reply: 'No such backend.' },
          { reply: 'Only servers in maintenance mode can be deleted.' },
          { reply: 'No such server.' },
        ])
        t.match(await runtime.servers(['nodes']), [{ name: 's1', weight: 20 }])
      },
    )

    t.test('a batch of a thousand commands is paired to the last one', async t => {
      const { runtimeSocket } = await runningHaproxy(t, program)
      const runtime = createRuntimeClient({ socket: runtimeSocket })
      const names = Array.from({ length: 500 }, (_, i) => `n${i}`)
      const results = await runtime.batch(
        names.flatMap(name => [
          command.addServer('spare', name, '127.0.0.1', 9),
          command.setReady('spare', name),
        ]),
      )
      t.ok(results.every(({ done }) => done))
      const servers = await runtime.servers(['nodes', 'spare'])
      t.strictSame(servers.map(({ name }) => name).toSorted(), ['s1', ...names].toSorted())
    })

    t.test('a pool that HAProxy does not have is refused', async t => {
      const { runtimeSocket } = await runningHaproxy(t, program)
      const runtime = createRuntimeClient({ socket: runtimeSocket })
      t.strictSame(await runtime.servers(['spare']), [])
      await t.rejects(runtime.servers(['nodes', 'ghosts']), {
        name: 'HaproxyError',
        code: 'refused',
      })
    })

    t.test('statistics count the sessions of a server', async t => {
      const backend = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
      t.teardown(() => backend.close().closeAllConnections())
      await once(backend, 'listening')
      const { port } = backend.address() as AddressInfo
      const { runtimeSocket, url } = await runningHaproxy(t, program, `127.0.0.1:${port}`)
      const runtime = createRuntimeClient({ socket: runtimeSocket })
      t.match(await runtime.statistics(), [
        { pool: 'nodes', name: 's1', sessions: 0, queued: 0, totalSessions: 0, status: 'no check' },
      ])
      t.equal(await (await fetch(url)).text(), 'hello')
      const [s1] = await runtime.statistics()
      t.match(s1, { totalSessions: 1, weight: 10 })
      await runtime.setWeight('nodes', 's1', 0)
      t.match(await runtime.statistics(), [{ weight: 0, status: 'no check' }])
    })

    t.test('a reload brings a new worker, and info names the one that answers', async t => {
      const { runtimeSocket, masterSocket } = await runningHaproxy(t, program)
      const runtime = createRuntimeClient({ socket: runtimeSocket })
      const master = createMasterClient({ socket: masterSocket })
      const before = await master.processes()
      const info = await runtime.info()
      t.match(info.version, /^\d+\.\d+/)
      t.strictSame([info.pid], before.workers)
      t.ok(info.uptimeSeconds >= 0 && info.uptimeSeconds < 60)

      const { ok, processes } = await master.reload()
      t.equal(ok, true)
      t.equal(processes.master.pid, before.master.pid)
      t.equal(processes.master.reloads, before.master.reloads + 1)
      t.notSame(processes.workers, before.workers)
      await until('the new worker to answer', async () =>
        processes.workers.includes((await runtime.info().catch(() => info)).pid),
      )
    })

    t.test('ten reloads in a row are ten new workers', async t => {
      const { masterSocket } = await runningHaproxy(t, program)
      const master = createMasterClient({ socket: masterSocket })
      const workers = new Set((await master.processes()).workers)
      for (let i = 1; i <= 10; i++) {
        const { ok, processes } = await master.reload()
        t.equal(ok, true)
        t.equal(processes.master.reloads, i)
        for (const worker of processes.workers) workers.add(worker)
      }
      t.equal(workers.size, 11)
    })

    t.test(
      'a reload of a broken file fails, the old worker continues, and a corrected one succeeds',
      async t => {
        const { runtimeSocket, masterSocket, configFile } = await runningHaproxy(t, program)
        const runtime = createRuntimeClient({ socket: runtimeSocket })
        const master = createMasterClient({ socket: masterSocket })
        const { pid } = await runtime.info()
        appendFileSync(configFile, 'no such keyword\n')
        const failed = await master.reload()
        t.equal(failed.ok, false)
        t.equal(failed.processes.master.failed, 1)
        t.equal((await runtime.info()).pid, pid)
        t.match(await runtime.servers(['nodes']), [{ name: 's1', weight: 10 }])

        writeFileSync(
          configFile,
          `${haproxyHead({ runtimeSocket })}backend nodes
  balance roundrobin
  server s7 127.0.0.1:9
`,
        )
        t.equal((await master.reload()).ok, true)
        await until('the new worker to answer', async () => {
          const servers = await runtime.servers(['nodes']).catch(() => [])
          return servers[0]?.name === 's7'
        })
      },
    )

    t.test('the sdk reads servers, process and counters', async t => {
      const { runtimeSocket } = await runningHaproxy(t, program)
      const sdk = createSdk({ socket: runtimeSocket })
      const servers = await sdk.servers('nodes')
      t.strictSame(
        servers.map(({ name, backendName }) => [backendName, name]),
        [['nodes', 's1']],
      )
      t.equal(await servers[0]?.status(), 'no check')
      t.equal(await servers[0]?.metric('weight'), 10)
      t.equal((await sdk.servers()).length, 1)
      t.match(await sdk.version(), /^\d+\.\d+/)
      // HAProxy counts commands as requests too.
      const requests = await sdk.totalRequests()
      t.ok((await sdk.totalRequests()) > requests)
      t.match(await sdk.uptime(), /^\d+d /)
      t.match(await sdk.info(), [{ Name: 'HAProxy' }])
    })

    t.test('the sdk answers two hundred commands at once', async t => {
      const { runtimeSocket } = await runningHaproxy(t, program)
      const sdk = createSdk({ socket: runtimeSocket })
      const answers = await Promise.all(
        Array.from({ length: 200 }, async (_, i) =>
          i % 2 === 0
            ? (await sdk.servers('nodes')).map(({ name }) => name)
            : [await sdk.version()],
        ),
      )
      const version = await sdk.version()
      answers.forEach((answer, i) => t.strictSame(answer, i % 2 === 0 ? ['s1'] : [version]))
    })

    t.test('the sdk works with a HAProxy that was restarted', async t => {
      const place = haproxyPlace(t)
      const config = `${haproxyHead(place)}backend nodes
  server s1 127.0.0.1:9
`
      const first = await startHaproxy(t, place, config, program)
      const sdk = createSdk({ socket: place.runtimeSocket })
      t.equal((await sdk.servers('nodes')).length, 1)
      await endProcess(first, 'SIGTERM')
      await t.rejects(sdk.servers('nodes'), { name: 'HaproxyError', code: 'unreachable' })
      await startHaproxy(t, place, config.replace('s1', 's7'), program)
      t.strictSame(
        (await sdk.servers('nodes')).map(({ name }) => name),
        ['s7'],
      )
    })
  })
}
