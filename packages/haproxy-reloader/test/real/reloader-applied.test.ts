import { checkConfiguration } from 'haproxy-config-text'
import { createMasterClient } from 'haproxy-runtime'
import { endProcess, until } from 'real-components'
import t from 'tap'
import { type Outcome } from '../../src/index.js'
import { namedBackend } from './backends.js'
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

  t.test('the file holds the text that HAProxy runs after each change', async t => {
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
      const expected = servers.map(({ name, address, port, weight }) => ({
        name,
        address,
        port,
        weight,
        admin: 'ready',
      }))
      t.strictSame(await running(bench), expected)
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

  t.test('adopting a running configuration needs no reload', async t => {
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

  t.test('a difference in more than servers is applied by one reload', async t => {
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

  t.test('a change of a server’s options is applied by a reload', async t => {
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

  t.test('two reloads keep their interval, and only the newest waiting text is loaded', async t => {
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

  t.test('a change of servers is sent without a query, and read back later', async t => {
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
      const desired = bench.desire(names.map(name => server(name)))
      t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' })
      t.equal(fileText(bench), desired.text)
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

  t.test('an aborted call stops, and the next one completes the change', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const enough = new AbortController()
    let checks = 0
    const reloader = bench.reloader({
      check: (text, options) => {
        if (++checks === 1) enough.abort(new Error('enough'))
        return checkConfiguration(text, {
          binary: program,
          configFile: bench.configFile,
          ...options,
        })
      },
    })
    const desired = bench.desire([server('s1')], 'backend more\n  balance roundrobin\n')
    await t.rejects(reloader.apply(desired, { signal: enough.signal }), { message: 'enough' })
    await t.rejects(reloader.apply(desired, { signal: enough.signal }), { message: 'enough' })
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'reload' })
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
})
