import { createServer, type AddressInfo } from 'node:net'
import { createMasterClient } from 'haproxy-runtime'
import { loopbackAddress, until, type Tidy } from 'real-components'
import t from 'tap'
import type { DesiredState } from '../../src/index.js'
import { namedBackend, slowBackend } from './backends.js'
import { shownServers } from './file-and-haproxy.js'
import { fileText, onEachHaproxy, pidOf, server, workbench } from './running-haproxy.js'

/** Starts an agent that answers each question with a word; returns its port. */
async function agent(t: Tidy, word: () => string): Promise<number> {
  const listening = createServer(socket => {
    socket.on('error', () => {})
    socket.end(`${word()}\n`)
  })
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  t.teardown(() => listening.close())
  return (listening.address() as AddressInfo).port
}

/** Listens, and tells with what the first connection begins. */
async function firstBytes(t: Tidy): Promise<{ port: number; text: Promise<string> }> {
  const listening = createServer()
  const text = new Promise<string>(resolve => {
    listening.on('connection', socket => {
      socket.on('error', () => {}).once('data', data => resolve(data.toString('latin1')))
    })
  })
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  t.teardown(() => listening.close())
  return { port: (listening.address() as AddressInfo).port, text }
}

/** Returns a configuration with lines of its own in the managed backend. */
function withLines(desired: DesiredState, ...lines: string[]): DesiredState {
  const text = `${desired.text}${lines.map(line => `  ${line}\n`).join('')}`
  return { text, pools: desired.pools }
}

onEachHaproxy(t, async (t, program) => {
  t.test('a server with an agent check and no health check is added and left alone', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([server('s1')]))
    const pid = await pidOf(bench)
    for (const options of [
      `agent-check agent-inter 1s agent-port ${await agent(t, () => 'up')}`,
      'port 80 check-send-proxy',
      'check-sni check.example',
    ]) {
      const desired = bench.desire([server('s1'), server('s2', { options })])
      await reloader.apply(bench.desire([server('s1')]))
      await reloader.settled()
      t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' }, options)
      await reloader.settled()
      t.match(await reloader.apply(desired), { kind: 'unchanged' }, options)
    }
    t.equal(await pidOf(bench), pid)
  })

  t.test('the weight and state that an agent sets stay, and are no drift', async t => {
    const bench = await workbench(t, program)
    let word = '50%'
    const port = await agent(t, () => word)
    const options = `agent-check agent-addr 127.0.0.1 agent-port ${port} agent-inter 50ms`
    const desired = bench.desire([server('s1'), server('s2', { weight: 100, options })])
    await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([server('s1')]))
    t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' })
    const s2 = async () =>
      (await bench.runtime.servers(['nodes'])).find(({ name }) => name === 's2')
    await until('the weight of the agent', async () => (await s2())?.weight === 50)
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    word = 'drain'
    await until('the state of the agent', async () => (await s2())?.admin === 'drain')
    t.match(await reloader.apply(desired), { kind: 'unchanged' })
    t.equal((await s2())?.admin, 'drain')
    t.equal(reloader.drift().count, 0)
    word = 'ready 75%'
    await until('the weight of the agent', async () => (await s2())?.weight === 75)
    // A departing server is drained by us, whatever its agent says.
    await reloader.apply(bench.desire([server('s1')]))
    await reloader.settled()
    t.equal(await s2(), undefined)
  })

  t.test('an address in any notation is one address', async t => {
    for (const address of ['2001:DB8::12', '2001:db8:0:0:0:0:0:12', '::ffff:7f00:3e0c']) {
      const bench = await workbench(t, program)
      const text = (desired: DesiredState): DesiredState => ({
        ...desired,
        text: desired.text.replace(` ${address}:9 `, ` [${address}]:9 `),
      })
      const desired = text(bench.desire([server('s1'), server('s2', { address })]))
      await bench.start(bench.desire([server('s1')]))
      const reloader = bench.reloader()
      await reloader.apply(bench.desire([server('s1')]))
      t.match(await reloader.apply(desired), { kind: 'applied', via: 'runtime' }, address)
      await reloader.settled()
      t.match(await reloader.apply(desired), { kind: 'unchanged' }, address)
      t.equal(reloader.drift().count, 0)
    }
  })

  t.test('a server that returns while it drains runs its new line', async t => {
    const bench = await workbench(t, program)
    const slow = await slowBackend(t)
    const s1 = server('s1', { port: await namedBackend(t, 's1') })
    const s2 = server('s2', { port: slow.port })
    await bench.start(bench.desire([s2]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([s2]))
    const download = fetch(bench.url)
    await until('the download', () => slow.waiting.length === 1)
    await reloader.apply(bench.desire([s1]))
    const backup = bench.desire([s1, { ...s2, options: 'backup slowstart 7s' }])
    t.match(await reloader.apply(backup), {
      kind: 'applied',
      via: 'reload',
      plan: { trigger: 'options' },
    })
    t.match((await shownServers(bench.runtimeSocket, 'nodes')).get('s2'), { act: '0', bck: '1' })
    t.equal(await (await fetch(bench.url)).text(), 's1')
    slow.waiting[0]?.end('whole')
    t.equal(await (await download).text(), 'whole')
    t.match(await reloader.apply(backup), { kind: 'unchanged' })
  })

  t.test('a server that returns with its old line gets its weight back', async t => {
    const bench = await workbench(t, program)
    const slow = await slowBackend(t)
    const s1 = server('s1', { port: await namedBackend(t, 's1') })
    const s2 = server('s2', { port: slow.port, options: 'maxconn 100' })
    await bench.start(bench.desire([s2]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([s2]))
    const download = fetch(bench.url)
    await until('the download', () => slow.waiting.length === 1)
    await reloader.apply(bench.desire([s1]))
    t.match(await reloader.apply(bench.desire([s1, s2])), {
      via: 'runtime',
      plan: { reason: 'set-weight nodes/s2 10' },
    })
    slow.waiting[0]?.end('whole')
    t.equal(await (await download).text(), 'whole')
  })

  t.test('servers that the text itself has are not touched', async t => {
    const bench = await workbench(t, program)
    const sorry = `server sorry 127.0.0.1:${await namedBackend(t, 'sorry')} backup`
    const slots = 'server-template slot 1-3 127.0.0.1:9 disabled'
    const none = withLines(bench.desire([]), sorry, slots)
    await bench.start(none)
    const reloader = bench.reloader()
    t.match(await reloader.apply(none), { kind: 'unchanged' })
    t.equal(await (await fetch(bench.url)).text(), 'sorry')
    await bench.runtime.setWeight('nodes', 'sorry', 3)
    await bench.runtime.ready('nodes', 'slot2')
    const s1 = server('s1', { port: await namedBackend(t, 's1') })
    const one = withLines(bench.desire([s1]), sorry, slots)
    t.match(await reloader.apply(one), { kind: 'applied', via: 'runtime' })
    await reloader.settled()
    t.equal(await (await fetch(bench.url)).text(), 's1')
    t.match(await reloader.apply(one), { kind: 'unchanged' })
    t.equal(reloader.drift().count, 0)
    const names = (await bench.runtime.servers(['nodes'])).map(({ name, weight }) => [name, weight])
    t.match(Object.fromEntries(names), { sorry: 3, slot1: 1, slot2: 1, slot3: 1, s1: 10 })
    const without = withLines(bench.desire([s1]), slots)
    t.match(await reloader.apply(without), { via: 'reload', plan: { trigger: 'text' } })
    t.notOk((await bench.runtime.servers(['nodes'])).some(({ name }) => name === 'sorry'))
  })

  t.test('the health of another address is not carried over by a reload', async t => {
    const bench = await workbench(t, program)
    const options = 'check inter 4s fall 1 rise 3'
    const dead = server('s1', { address: loopbackAddress(), options })
    await bench.start(bench.desire([dead]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([dead]))
    const health = async () => (await bench.runtime.servers(['nodes']))[0]?.health
    await until('the check', async () => (await health()) === 'down')
    const alive = server('s1', { port: await namedBackend(t, 's1'), options })
    const moved = bench.desire([alive], 'backend more\n  balance roundrobin\n')
    t.match(await reloader.apply(moved), { kind: 'applied', via: 'reload' })
    t.equal((await fetch(bench.url)).status, 200)
  })

  t.test('a change that meets a reload from outside reaches the new worker', async t => {
    const bench = await workbench(t, program)
    const many = Array.from({ length: 1500 }, (_, i) => `backend b${i}\n`).join('')
    const one = bench.desire([server('s1')], many)
    const haproxy = await bench.start(one)
    const reloader = bench.reloader()
    await reloader.apply(one)
    const pid = await pidOf(bench)
    // A master that does not answer yet would ignore the signal.
    await createMasterClient({ socket: bench.masterSocket }).processes()
    process.kill(haproxy.pid ?? 0, 'SIGUSR2')
    const moved = server('s1', { address: '127.0.0.2', weight: 60 })
    t.match(await reloader.apply(bench.desire([moved], many)), { kind: 'applied' })
    await reloader.settled()
    await until('the new worker', async () => (await pidOf(bench).catch(() => pid)) !== pid)
    await reloader.settled()
    t.match(await bench.runtime.servers(['nodes']), [{ address: '127.0.0.2', weight: 60 }])
  })

  t.test('the check of a server that was added speaks as its traffic does', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader()
    await reloader.apply(bench.desire([server('s1')]))
    for (const [options, begin] of [
      ['check inter 50ms send-proxy', 'PROXY '],
      ['check inter 50ms ssl verify none', '\u0016\u0003'],
    ] as const) {
      const first = await firstBytes(t)
      const s2 = server('s2', { port: first.port, options })
      t.match(await reloader.apply(bench.desire([server('s1'), s2])), { via: 'runtime' })
      t.ok((await first.text).startsWith(begin), options)
      await reloader.apply(bench.desire([server('s1')]))
      await reloader.settled()
    }
  })

  t.test('nothing has changed for traffic after a change that is rejected', async t => {
    const bench = await workbench(t, program)
    const both = bench.desire([server('s1'), server('s2')])
    await bench.start(both)
    const reloader = bench.reloader()
    await reloader.apply(both)
    const wrong = bench.desire([
      server('s1', { weight: 200 }),
      server('s3'),
      server('s4', { options: 'foo' }),
    ])
    t.match(await reloader.apply(wrong), { kind: 'rejected', server: 's4' })
    const taking = (await bench.runtime.servers(['nodes']))
      .filter(({ admin }) => admin === 'ready')
      .map(({ name, weight }) => [name, weight])
    t.strictSame(taking, [
      ['s1', 10],
      ['s2', 10],
    ])
    t.equal(fileText(bench), both.text)
  })

  t.test('a file that HAProxy would refuse is never written', async t => {
    const bench = await workbench(t, program)
    const both = withLines(bench.desire([server('s1'), server('s2')]), 'use-server s2 if TRUE')
    await bench.start(both)
    const reloader = bench.reloader()
    await reloader.apply(both)
    const one = withLines(bench.desire([server('s1')]), 'use-server s2 if TRUE')
    t.match(await reloader.apply(one), { kind: 'rejected' })
    t.match(await reloader.apply({ ...both, text: both.text.trimEnd() }), { kind: 'rejected' })
    const twice = bench.desire([server('s1'), server('s2'), server('s2', { weight: 3 })])
    t.match(await reloader.apply(withLines(twice, 'use-server s2 if TRUE')), { kind: 'rejected' })
    t.equal(fileText(bench), both.text)
    t.match(await reloader.apply(both), { kind: 'unchanged' })
  })

  t.test('environment variables in the options of a server are expanded', async t => {
    const bench = await workbench(t, program)
    const one = bench.desire([server('s1')])
    const expanded = bench.desire([
      server('s1'),
      server('s2', { options: 'maxconn "${NUMBER-7}"' }),
    ])
    await bench.start(one)
    const reloader = bench.reloader()
    await reloader.apply(one)
    t.match(await reloader.apply(expanded), { kind: 'applied', via: 'reload' })
    t.match((await shownServers(bench.runtimeSocket, 'nodes')).get('s2'), { slim: '7' })
    t.equal(fileText(bench), expanded.text)
  })
})
