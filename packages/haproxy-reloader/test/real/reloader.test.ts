import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { command, createMasterClient } from 'haproxy-runtime'
import {
  endProcess,
  freePort,
  loopbackAddress,
  missingProgram,
  until,
  type Tidy,
} from 'real-components'
import t from 'tap'
import { checkConfiguration, reloadViaS6, reloadViaSignal, type Outcome } from '../../src/index.js'
import { onEachHaproxy, server, workbench, type Workbench } from './running-haproxy.js'

const pidOf = async ({ runtime }: Workbench) => (await runtime.info()).pid

const running = async ({ runtime }: Workbench) =>
  (await runtime.servers(['nodes'])).map(({ name, address, port, weight, admin }) => ({
    name,
    address,
    port,
    weight,
    admin,
  }))

const fileText = ({ configFile }: Workbench) => readFileSync(configFile, 'utf8')

/** A HAProxy that runs one server, s1, and a reloader beside it. */
async function withOneServer(t: Tidy, program: string) {
  const bench = await workbench(t, program)
  const good = bench.desire([server('s1')])
  const haproxy = await bench.start(good)
  return { bench, good, haproxy, reloader: bench.reloader(), pid: await pidOf(bench) }
}

/** The same, and the reloader has adopted it. */
async function adopted(t: Tidy, program: string) {
  const made = await withOneServer(t, program)
  await made.reloader.apply(made.good)
  return made
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // It has ended already.
  }
}

/** A backend that answers when the test says so. */
async function slowBackend(t: Tidy) {
  const waiting: ServerResponse[] = []
  const backend = createHttpServer((_, response) => waiting.push(response)).listen(0, '127.0.0.1')
  t.teardown(() => {
    backend.close()
    backend.closeAllConnections()
  })
  await once(backend, 'listening')
  const { port } = backend.address() as AddressInfo
  return { port, waiting }
}

onEachHaproxy(t, async (t, program) => {
  t.test('a membership change takes the runtime path and the worker stays the same', async t => {
    const { bench, reloader, pid } = await withOneServer(t, program)

    const outcome = await reloader.apply(bench.desire([server('s1'), server('s2')]))
    t.match(outcome, {
      kind: 'applied',
      via: 'runtime',
      generation: 1,
      plan: { kind: 'runtime', reason: 'add nodes/s2' },
      tookMs: Number,
    })
    t.match(await running(bench), [{ name: 's1' }, { name: 's2', admin: 'ready', weight: 10 }])
    t.equal(await pidOf(bench), pid)
  })

  t.test('the file holds what HAProxy runs after each change', async t => {
    const { bench, reloader, pid } = await withOneServer(t, program)
    const changes = [
      [server('s1'), server('s2', { weight: 5 })],
      [server('s1', { weight: 20 }), server('s2', { weight: 0 })],
      [server('s1', { port: 10, weight: 20 }), server('s2', { address: '127.0.0.2' })],
      [server('s2', { address: '127.0.0.2' })],
      [],
      [server('s3', { options: 'check inter 1m' })],
    ]
    for (const [i, servers] of changes.entries()) {
      const desired = bench.desire(servers)
      t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' }, `change ${i}`)
      await reloader.settled()
      t.equal(fileText(bench), desired.text)
      const wanted = servers.map(({ name, address, port, weight }) => ({
        name,
        address,
        port,
        weight,
        admin: 'ready',
      }))
      t.strictSame(await running(bench), wanted)
    }
    t.match(await bench.runtime.servers(['nodes']), [{ name: 's3', checked: true }])
    t.equal(await pidOf(bench), pid)
  })

  t.test('a restart of HAProxy from the file runs the same servers', async t => {
    const bench = await workbench(t, program)
    const first = await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader()
    const desired = bench.desire([
      server('s1', { weight: 3 }),
      server('s2', { address: '127.0.0.2' }),
    ])
    await reloader.apply(desired)
    const before = await running(bench)

    await endProcess(first, 'SIGTERM')
    await bench.start()
    t.strictSame(await running(bench), before)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
  })

  t.test('adopting what runs needs no reload', async t => {
    const bench = await workbench(t, program)
    const desired = bench.desire([server('s1'), server('s2')])
    await bench.start(desired)
    const pid = await pidOf(bench)
    t.match(await bench.reloader().apply(desired), { kind: 'unchanged', plan: { kind: 'noop' } })
    const other = bench.desire([server('s2'), server('s1')])
    t.match(await bench.reloader().apply(other), { kind: 'unchanged' })
    t.equal(fileText(bench), other.text)
    t.equal(await pidOf(bench), pid)
  })

  t.test('what differs in more than servers is applied by one reload', async t => {
    const { bench, reloader, pid } = await withOneServer(t, program)
    const desired = bench.desire(
      [server('s1'), server('s2')],
      'backend more\n  balance roundrobin\n',
    )
    t.match(await reloader.apply(desired), {
      kind: 'applied',
      via: 'reload',
      generation: 1,
      plan: { reason: 'the configuration differs in more than servers' },
    })
    t.not(await pidOf(bench), pid, 'the new worker answers')
    t.match(await running(bench), [{ name: 's1' }, { name: 's2' }])
    t.equal(fileText(bench), desired.text)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
  })

  t.test('other options of a server are applied by a reload', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1', { options: 'check inter 1m' })]))
    const reloader = bench.reloader()
    const desired = bench.desire([server('s1', { options: 'check inter 2m' })])
    t.match(await reloader.apply(desired), {
      kind: 'applied',
      via: 'reload',
      plan: { reason: 'the options of nodes/s1 differ' },
    })
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
  })

  t.test('a change that HAProxy refuses at run time is applied by a reload', async t => {
    const bench = await workbench(t, program)
    // A server cannot be added at run time where the balancing is static.
    const fixed = (names: string[]) => {
      const { text, ...desired } = bench.desire(names.map(name => server(name)))
      return { ...desired, text: text.replace('roundrobin', 'static-rr') }
    }
    await bench.start(fixed(['s1']))
    const outcome = await bench.reloader().apply(fixed(['s1', 's2']))
    t.match(outcome, {
      kind: 'applied',
      via: 'reload',
      plan: { reason: /answered "add server nodes\/s2 / },
    })
    t.match(await running(bench), [{ name: 's1' }, { name: 's2' }])
  })

  t.test('a pool that the running HAProxy lacks is applied by a reload', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const extra = 'backend extra\n  balance roundrobin\n  server x 127.0.0.1:9 weight 1\n'
    const { pools, ...desired } = bench.desire([server('s1')], extra)
    const outcome = await bench.reloader().apply({
      ...desired,
      pools: [...pools, { name: 'extra', servers: [server('x', { weight: 1 })] }],
    })
    t.match(outcome, { kind: 'applied', via: 'reload' })
    t.match(await bench.runtime.servers(['extra']), [{ name: 'x', weight: 1 }])
  })

  t.test(
    'a rejected text leaves the running file alone and names the line and the server',
    async t => {
      const bench = await workbench(t, program)
      const good = bench.desire([server('s1')])
      await bench.start(good)
      let checks = 0
      const reloader = bench.reloader({
        check: (file, options) => {
          checks++
          return checkConfiguration(file, { binary: program, ...options })
        },
      })
      const pid = await pidOf(bench)
      const bad = bench.desire([server('s1'), server('s2', { options: 'no-such-word' })])
      const outcome = await reloader.apply(bad)
      t.match(outcome, { kind: 'rejected', report: /no-such-word/, line: 15, server: 's2' })
      t.match(bad.text.split('\n')[14], /server s2/)
      t.equal(fileText(bench), good.text)
      t.notOk(existsSync(`${bench.configFile}.candidate`))
      t.notOk(existsSync(`${bench.configFile}.unsettled`))
      t.equal(await pidOf(bench), pid)
      t.match(await running(bench), [{ name: 's1' }])

      t.strictSame(await reloader.apply(bad), outcome, 'the same text gets the same answer')
      t.equal(checks, 1, 'without another check')
      t.match(await reloader.apply(good), { kind: 'unchanged' })
    },
  )

  t.test('a failed reload puts the last good file back', async t => {
    const { bench, good, reloader, pid } = await withOneServer(t, program)
    // haproxy -c does not bind, so that a port that is taken passes the check.
    const occupied = bench.desire(
      [server('s1')],
      `frontend more\n  bind ${await occupiedPort(t)}\n`,
    )
    t.match(await reloader.apply(occupied), { kind: 'rolled-back', cause: /./ })
    t.equal(fileText(bench), good.text)
    t.notOk(existsSync(`${bench.configFile}.unsettled`))
    t.equal(await pidOf(bench), pid, 'the old worker goes on')
    t.match(await reloader.apply(good), { kind: 'unchanged' })

    const address = loopbackAddress()
    const free = await freePort(address)
    const mended = bench.desire([server('s1')], `frontend more\n  bind ${address}:${free}\n`)
    t.match(
      await reloader.apply(mended),
      { kind: 'applied', via: 'reload' },
      'another text is tried',
    )
  })

  t.test('HAProxy away: the outcome is deferred and the file is ready for its start', async t => {
    const bench = await workbench(t, program)
    const reloader = bench.reloader()
    const desired = bench.desire([server('s1'), server('s2')])
    t.match(await reloader.apply(desired), { kind: 'deferred', cause: /cannot be reached/ })
    t.equal(fileText(bench), desired.text)
    t.match(await reloader.apply(desired), { kind: 'deferred' })
    await bench.start()
    t.match(await running(bench), [{ name: 's1' }, { name: 's2' }])
    const pid = await pidOf(bench)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(await pidOf(bench), pid)
  })

  t.test('HAProxy away: a text that it would not start with is rejected', async t => {
    const bench = await workbench(t, program)
    const reloader = bench.reloader()
    const good = bench.desire([server('s1')])
    await reloader.apply(good)
    const bad = bench.desire([server('s1', { options: 'no-such-word' })])
    t.match(await reloader.apply(bad), { kind: 'rejected', server: 's1' })
    t.equal(fileText(bench), good.text)
  })

  t.test('what was deferred while HAProxy hung is reloaded when it goes on', async t => {
    const { bench, reloader, pid } = await withOneServer(t, program)
    process.kill(pid, 'SIGSTOP')
    t.teardown(() => endIfThere(pid))
    const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    t.match(await reloader.apply(desired), { kind: 'deferred', cause: /did not answer/ })
    t.equal(fileText(bench), desired.text)
    process.kill(pid, 'SIGCONT')
    // It is tried again by itself, so that either this call applies it or nothing is left to do.
    t.match(await reloader.apply(desired), { kind: /^(?:applied|unchanged)$/ })
    t.strictSame(await bench.runtime.servers(['more']), [])
  })

  t.test('what was deferred is applied when HAProxy comes, without another call', async t => {
    const { bench, reloader, pid } = await withOneServer(t, program)
    process.kill(pid, 'SIGSTOP')
    t.teardown(() => endIfThere(pid))
    const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    t.match(await reloader.apply(desired), { kind: 'deferred' })
    process.kill(pid, 'SIGCONT')
    await until('the new worker', async () => (await pidOf(bench)) !== pid)
    await reloader.settled()
    t.strictSame(await bench.runtime.servers(['more']), [])
  })

  t.test('two reloads keep their distance, and only the newest text is loaded', async t => {
    const { bench, reloader } = await withOneServer(t, program)
    const extra = (name: string) =>
      bench.desire([server('s1')], `backend ${name}\n  balance roundrobin\n`)
    const master = createMasterClient({ socket: bench.masterSocket })
    const before = (await master.processes()).master.reloads
    const startedAt = performance.now()
    t.match(await reloader.apply(extra('a')), { kind: 'applied', via: 'reload' })
    const outcomes = await Promise.all(['b', 'c', 'd'].map(name => reloader.apply(extra(name))))
    t.ok(performance.now() - startedAt >= 1000)
    t.match(outcomes, [
      { kind: 'superseded' },
      { kind: 'superseded' },
      { kind: 'applied', via: 'reload' },
    ])
    t.equal((await master.processes()).master.reloads - before, 2)
  })

  t.test('a signal to the master reloads, and a failed one is taken back', async t => {
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
    const occupied = bench.desire(
      [server('s1')],
      `frontend more\n  bind ${await occupiedPort(t)}\n`,
    )
    const reloader = bench.reloader({ reload: reloadViaSignal({ pidFile }) })
    t.match(await reloader.apply(occupied), {
      kind: 'rolled-back',
      cause: /does not answer .*; the last good configuration runs again$/,
    })
    t.equal(fileText(bench), good.text)
    t.match(await running(bench), [{ name: 's1' }])
  })

  t.test('a signal that cannot be sent is a reload that failed', async t => {
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
      t.match(outcome, { kind: 'rolled-back', cause: /^HAProxy cannot be told to reload: / })
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
    const pid = await pidOf(bench)
    const reloader = bench.reloader({ reload: reloadViaS6({ service }) })
    const more = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    t.match(await reloader.apply(more), { kind: 'applied', via: 'reload' })
    t.not(await pidOf(bench), pid)
    t.strictSame(await bench.runtime.servers(['more']), [])
  })

  t.test('only the newest of several waiting texts is applied', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([]))
    const reloader = bench.reloader()
    const names = ['s1', 's2', 's3', 's4']
    const outcomes = await Promise.all(
      names.map(name => reloader.apply(bench.desire([server(name)]))),
    )
    t.strictSame(
      outcomes.map(({ kind }: Outcome) => kind),
      ['applied', 'superseded', 'superseded', 'applied'],
    )
    await reloader.settled()
    t.match(await running(bench), [{ name: 's4' }])
    t.equal((await running(bench)).length, 1)
  })

  t.test('a removed server finishes its session before it goes', async t => {
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
      plan: { reason: 'weigh nodes/s1 10' },
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

  t.test(
    'a server that somebody put into maintenance by hand is healed at the next apply',
    async t => {
      const bench = await workbench(t, program)
      const desired = bench.desire([server('s1'), server('s2')])
      await bench.start(desired)
      const reloader = bench.reloader()
      t.match(await reloader.apply(desired), { kind: 'unchanged' })
      await bench.runtime.batch([command.setMaintenance('nodes', 's2')])
      t.match(await reloader.apply(desired), {
        kind: 'applied',
        via: 'runtime',
        plan: { reason: 'ready nodes/s2' },
      })
      t.match(await running(bench), [
        { name: 's1', admin: 'ready' },
        { name: 's2', admin: 'ready' },
      ])
      t.strictSame(reloader.drift(), { count: 1, last: 'nodes/s2 was changed' })
      t.match(await reloader.apply(desired), { kind: 'unchanged' })
      t.equal(reloader.drift().count, 1)
    },
  )

  t.test('a change of servers is sent without a question, and read back later', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const said: string[] = []
    const reloader = bench.reloader({
      runtime: {
        ...bench.runtime,
        batch: (...args) => (said.push('change'), bench.runtime.batch(...args)),
        servers: (...args) => (said.push('question'), bench.runtime.servers(...args)),
      },
    })
    await reloader.apply(bench.desire([server('s1')]))
    await reloader.settled()
    said.length = 0
    for (const names of [
      ['s1', 's2'],
      ['s1', 's2', 's3'],
      ['s1', 's2', 's3', 's4'],
    ]) {
      const wanted = bench.desire(names.map(name => server(name)))
      t.match(await reloader.apply(wanted), { kind: 'applied', via: 'runtime' })
      t.equal(fileText(bench), wanted.text)
    }
    t.equal(said[0], 'change')
    await reloader.settled()
    t.equal(said.at(-1), 'question')
    t.strictSame(
      said.filter(each => each === 'change'),
      ['change', 'change', 'change'],
      'one batch each',
    )
    t.equal(reloader.drift().count, 0)
  })

  t.test('a server that was removed behind our back is put right without a reload', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1'), server('s2')]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([server('s1'), server('s2')]))
    await bench.runtime.removeServer('nodes', 's2')
    const desired = bench.desire([server('s1'), server('s2', { weight: 20 })])
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' })
    await reloader.settled()
    t.match(await running(bench), [{ name: 's1' }, { name: 's2', weight: 20 }])
  })

  t.test('what HAProxy does not run although it confirmed it is reloaded', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    let isMeddling = false
    const reloader = bench.reloader({
      runtime: {
        ...bench.runtime,
        async servers(...args) {
          if (isMeddling) await bench.runtime.maintenance('nodes', 's2')
          isMeddling = false
          return bench.runtime.servers(...args)
        },
      },
    })
    await reloader.apply(bench.desire([server('s1')]))
    const pid = await pidOf(bench)
    isMeddling = true
    await reloader.apply(bench.desire([server('s1'), server('s2')]))
    await reloader.settled()
    t.not(await pidOf(bench), pid)
    t.match(await running(bench), [{ name: 's1' }, { name: 's2', admin: 'ready' }])
    t.match(reloader.drift(), { count: 1, last: 'nodes/s2 was changed' })
  })

  t.test('an edited file is written anew, without a reload, and counted', async t => {
    const { bench, good: desired, reloader, pid } = await adopted(t, program)
    writeFileSync(bench.configFile, `${desired.text}backend more\n  balance roundrobin\n`)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(fileText(bench), desired.text)
    t.equal(await pidOf(bench), pid)
    t.strictSame(reloader.drift(), { count: 1, last: 'the configuration file was edited' })
  })

  t.test('an edited file that somebody loaded is reloaded, and counted', async t => {
    const { bench, good: desired, reloader, pid } = await adopted(t, program)
    writeFileSync(bench.configFile, `${desired.text}backend more\n  balance roundrobin\n`)
    t.match(await createMasterClient({ socket: bench.masterSocket }).reload(), { ok: true })
    await until('the new worker', async () => (await pidOf(bench)) !== pid)
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'reload' })
    t.equal(fileText(bench), desired.text)
    t.match(reloader.drift(), { count: 1, last: /reloaded from outside.*edited/ })
    await t.rejects(bench.runtime.servers(['more']), { code: 'refused' })
  })

  t.test('a HAProxy that was restarted is adopted without a reload, and counted', async t => {
    const { bench, good: desired, reloader, haproxy: first } = await adopted(t, program)
    await endProcess(first, 'SIGTERM')
    await bench.start()
    const pid = await pidOf(bench)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal(await pidOf(bench), pid)
    t.match(reloader.drift(), { count: 1, last: /restarted/ })
  })

  t.test('a new worker that leaves the stats socket is taken back', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    const reloader = bench.reloader({ verifyTimeoutMs: 200 })
    const moved = {
      ...good,
      text: good.text.replace(bench.runtimeSocket, join(bench.folder, 'other.sock')),
    }
    t.match(await reloader.apply(moved), {
      kind: 'rolled-back',
      cause: /does not answer on the stats socket .*; the last good configuration runs again/,
    })
    t.equal(fileText(bench), good.text)
    t.notOk(existsSync(`${bench.configFile}.unsettled`))
    t.match(await running(bench), [{ name: 's1' }])
    t.match(await reloader.apply(good), { kind: 'unchanged' })
  })

  t.test('a new worker without the pools that were wanted is taken back', async t => {
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

  t.test('an aborted call ends where it is, and the next one puts it right', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const enough = new AbortController()
    let checks = 0
    const reloader = bench.reloader({
      check: (file, options) => {
        if (++checks === 1) enough.abort(new Error('enough'))
        return checkConfiguration(file, { binary: program, ...options })
      },
    })
    const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    await t.rejects(reloader.apply(desired, { signal: enough.signal }), { message: 'enough' })
    await t.rejects(reloader.apply(desired, { signal: enough.signal }), { message: 'enough' })
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'reload' })
  })

  t.test('an interrupted reload (mark present) is done again at start', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const pid = await pidOf(bench)
    const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    // What a killed agent leaves behind: the new file, its mark, and the old worker.
    writeFileSync(bench.configFile, desired.text)
    writeFileSync(`${bench.configFile}.unsettled`, '')
    const reloader = bench.reloader()
    t.match(await reloader.apply(desired), {
      kind: 'applied',
      via: 'reload',
      plan: { reason: 'what HAProxy was started with is not known' },
    })
    t.not(await pidOf(bench), pid)
    t.notOk(existsSync(`${bench.configFile}.unsettled`))
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
  })

  t.test('after close nothing is applied', async t => {
    const { bench, good: desired, reloader } = await withOneServer(t, program)
    await reloader.close()
    const rejected = { name: 'ReloadError', code: 'closed' }
    await t.rejects(reloader.apply(bench.desire([server('s2')])), rejected)
    await reloader.settled()
    await reloader.close()
    t.equal(fileText(bench), desired.text)
    t.match(await running(bench), [{ name: 's1' }])
  })

  t.test('closing ends what is under way, and drops what waits', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader({
      check: (_file, { signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    })
    const underWay = reloader.apply(bench.desire([], 'backend more\n'))
    const waits = reloader.apply(bench.desire([server('s2')]))
    const rejected = t.rejects(underWay, { name: 'ReloadError', code: 'closed' })
    await until('the check', () => existsSync(`${bench.configFile}.candidate`))
    await reloader.close()
    await rejected
    t.match(await waits, { kind: 'superseded' })
    t.match(await running(bench), [{ name: 's1' }])
  })

  t.test('a server that drains is left as it is when the reloader closes', async t => {
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

  t.test('a name that could become a command is refused, and HAProxy is told nothing', async t => {
    const { bench, good, reloader } = await withOneServer(t, program)
    const hostile = { ...good, pools: [{ name: 'nodes', servers: [server('a;b')] }] }
    await t.rejects(reloader.apply(hostile), { name: 'HaproxyError', code: 'unsafe-argument' })
    t.match(await running(bench), [{ name: 's1', weight: 10 }])
    t.equal(fileText(bench), good.text)
  })

  t.test('a disk that refuses is a ReloadError, and HAProxy goes on as it is', async t => {
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
      check: (file, options) =>
        checkConfiguration(file, { binary: '/nonexistent/haproxy', ...options }),
    })
    const desired = bench.desire([server('s1')], 'backend more\n')
    await t.rejects(reloader.apply(desired), { name: 'ReloadError', code: 'check-unavailable' })
    t.equal(fileText(bench), good.text)
  })

  t.test('a client sticks to a server that was added at run time', async t => {
    const bench = await workbench(t, program)
    const backends = await Promise.all(['s1', 's2', 's3'].map(name => namedBackend(t, name)))
    const servers = backends.map((port, i) => server(`s${i + 1}`, { port }))
    const sticky = (count: number) => {
      const { text, ...desired } = bench.desire(servers.slice(0, count))
      const cookie = '  cookie SRV insert indirect nocache dynamic\n  dynamic-cookie-key secret\n'
      return {
        ...desired,
        text: text.replace('  balance roundrobin\n', line => line + cookie),
        pools: [{ name: 'nodes', servers: servers.slice(0, count) }],
      }
    }
    await bench.start(sticky(1))
    const reloader = bench.reloader()
    t.match(await reloader.apply(sticky(3)), { kind: 'applied', via: 'runtime' })
    const cookieOf = new Map<string, string>()
    await until('each server to give its cookie', async () => {
      const response = await fetch(bench.url)
      const cookie = response.headers.get('set-cookie')?.split(';')[0]
      const name = await response.text()
      if (cookie === undefined) t.fail(`${name} gave no cookie`)
      else cookieOf.set(name, cookie)
      return cookieOf.size === 3
    })
    t.equal(new Set(cookieOf.values()).size, 3)
    for (const [name, cookie] of cookieOf) {
      for (let i = 0; i < 5; i++) {
        t.equal(await (await fetch(bench.url, { headers: { cookie } })).text(), name)
      }
    }
  })

  t.test('a text of nothing is rejected, and what ran goes on', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    t.match(await bench.reloader().apply({ ...good, text: '\n' }), {
      kind: 'rejected',
      report: /empty/,
    })
    t.equal(fileText(bench), good.text)
  })

  t.test('after a killed reload a failed one goes back to the last text that worked', async t => {
    const bench = await workbench(t, program)
    const good = bench.desire([server('s1')])
    await bench.start(good)
    // What a killed agent leaves behind: a text that no worker starts with, and the last good one.
    const occupied = await occupiedPort(t)
    const bad = bench.desire([server('s1')], `frontend more\n  bind ${occupied}\n`)
    writeFileSync(bench.configFile, bad.text)
    writeFileSync(`${bench.configFile}.unsettled`, good.text)
    const reloader = bench.reloader()
    t.match(await reloader.apply(bad), { kind: 'rolled-back' })
    t.equal(fileText(bench), good.text)
    t.match(await reloader.apply(good), { kind: 'applied', via: 'reload' })
    t.notOk(existsSync(`${bench.configFile}.unsettled`))
    t.match(await running(bench), [{ name: 's1', weight: 10 }])
  })
})

/** A web server that answers with a name; its port. */
async function namedBackend(t: Tidy, name: string): Promise<number> {
  const backend = createHttpServer((_, response) => response.end(name)).listen(0, '127.0.0.1')
  t.teardown(() => backend.close().closeAllConnections())
  await once(backend, 'listening')
  return (backend.address() as AddressInfo).port
}

/** A place that somebody else listens at. */
async function occupiedPort(t: Tidy): Promise<string> {
  const address = loopbackAddress()
  const other = createServer().listen(0, address)
  t.teardown(() => other.close())
  await once(other, 'listening')
  return `${address}:${(other.address() as AddressInfo).port}`
}
