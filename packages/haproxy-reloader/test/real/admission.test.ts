import { join } from 'node:path'
import { endProcess, freePort, until, type Tidy } from 'real-components'
import t from 'tap'
import { checked, countedBackend, answers, desireChecked, startTraffic } from './admission-scene.js'
import { onEachHaproxy, server, workbench, type Workbench } from './running-haproxy.js'

/** Two servers that answer, one that answers 503, one that hangs, and one that is not there. */
async function servers(t: Tidy) {
  const [well, better, failing, hanging] = await Promise.all(
    (['well', 'well', 'with 503', 'never'] as const).map(how => countedBackend(t, answers[how])),
  )
  if (!well || !better || !failing || !hanging) throw new Error('expected four servers')
  const absent = { port: await freePort('127.0.0.1') }
  return {
    healthy: [checked('s1', well), checked('s2', better)],
    bad: [checked('b1', failing), checked('b2', hanging), checked('b3', absent)],
    clientsOfBad: () => failing.counts.clients + hanging.counts.clients,
  }
}

/** Resolves when each of these servers has had a check, and returns their healths. */
async function healthsOf({ runtime }: Workbench, names: readonly string[]) {
  const chosen = async () =>
    (await runtime.servers(['nodes'])).filter(({ name }) => names.includes(name))
  await until('a check of each server', async () =>
    (await chosen()).every(now => now.lastCheck !== 'none'),
  )
  return (await chosen()).map(({ health }) => health)
}

/** `npm run admission` sends 5,000 requests in each phase. */
const requests = process.argv.includes('--whole') ? 5000 : 200

const badNames = ['b1', 'b2', 'b3']
const allDown = ['down', 'down', 'down']
const more = (name: string) => `backend ${name}\n  balance roundrobin\n`

onEachHaproxy(t, async (t, program) => {
  t.test('servers that do not answer well get no client, however they come', async t => {
    const bench = await workbench(t, program)
    const { healthy, bad, clientsOfBad } = await servers(t)
    const states = join(bench.folder, 'states')
    const desire = (all: typeof bad, name = '') =>
      desireChecked(bench, all, { states, more: name && more(name) })
    const haproxy = await bench.start(desire(healthy))
    const reloader = bench.reloader({ reloadIntervalMs: 0 })
    await reloader.apply(desire(healthy))
    const traffic = startTraffic(t, bench.url)
    await traffic.more(20)

    const joined = desire([...healthy, ...bad])
    for (const goal = traffic.counts.asked + requests; ;) {
      t.match(await reloader.apply(joined), { kind: 'applied', via: 'runtime' })
      t.strictSame(await healthsOf(bench, badNames), allDown)
      await traffic.more(200)
      if (traffic.counts.asked >= goal) break
      await reloader.apply(desire(healthy))
      await reloader.settled()
    }
    t.match({ failed: traffic.failed, bad: clientsOfBad() }, { failed: [], bad: 0 }, 'added')

    await reloader.apply(desire([...healthy, ...bad.slice(0, 2)]))
    await reloader.settled()
    for (const goal = traffic.counts.asked + requests; ;) {
      const text = desire([...healthy, ...bad], `m${traffic.counts.asked}`)
      t.match(await reloader.apply(text), { via: 'reload' })
      t.strictSame(await healthsOf(bench, badNames), allDown)
      await traffic.more(200)
      if (traffic.counts.asked >= goal) break
    }
    t.match({ failed: traffic.failed, bad: clientsOfBad() }, { failed: [], bad: 0 }, 'reloaded')

    await traffic.end()
    await reloader.apply(desire([...healthy, ...bad], 'm1'))
    await endProcess(haproxy, 'SIGKILL')
    await bench.start()
    const after = startTraffic(t, bench.url)
    await after.more(requests)
    t.strictSame(await healthsOf(bench, badNames), allDown)
    t.match({ failed: after.failed, bad: clientsOfBad() }, { failed: [], bad: 0 }, 'restarted')
  })

  t.test('a healthy server takes traffic after one check, whatever `rise` says', async t => {
    const bench = await workbench(t, program)
    const [one, two] = await Promise.all([1, 2].map(() => countedBackend(t, answers.well)))
    if (!one || !two) throw new Error('expected two servers')
    const first = checked('s1', one)
    const joining = server('s2', { port: two.port, options: 'check inter 3s rise 3 fall 2' })
    await bench.start(desireChecked(bench, [first]))
    const reloader = bench.reloader({ reloadIntervalMs: 0 })
    await reloader.apply(desireChecked(bench, [first]))
    const traffic = startTraffic(t, bench.url)
    const isServing = () => until('the server to get a client', () => two.counts.clients > 0)

    t.match(await reloader.apply(desireChecked(bench, [first, joining])), { via: 'runtime' })
    await isServing()
    t.ok(two.counts.checks < 3, 'before HAProxy’s own third check')

    // Another machine of the same name.
    const three = await countedBackend(t, answers['with 503'])
    const moved = checked('s1', three)
    await reloader.apply(desireChecked(bench, [moved, joining]))
    await until('a check of the other machine', () => three.counts.checks > 0)
    t.equal(three.counts.clients, 0)
    t.strictSame(traffic.failed, [])
  })

  t.test(
    'the first server of a pool does not wait, and one that is left over does not',
    async t => {
      const bench = await workbench(t, program)
      const one = await countedBackend(t, answers.well)
      const [first, second] = ['s1', 's2'].map(name =>
        server(name, { port: one.port, options: 'check inter 1h' }),
      )
      if (!first || !second) throw new Error('expected two servers')
      const desire = (...all: (typeof first)[]) =>
        desireChecked(bench, all, { global: 'spread-checks 0' })
      await bench.start(desire())
      const reloader = bench.reloader()
      await reloader.apply(desire())
      await reloader.apply(desire(first))
      t.equal((await fetch(bench.url)).status, 200)

      await reloader.apply(desire(first, second))
      const s2 = async () =>
        (await bench.runtime.servers(['nodes'])).find(({ name }) => name === 's2')
      t.match(await s2(), { health: 'down', lastCheck: 'none' }, 'it waits for its check')
      await reloader.apply(desire(second))
      await until('the last server to be admitted', async () => (await s2())?.health === 'up')
      t.equal((await fetch(bench.url)).status, 200)
      t.match(reloader.statistics(), { reloads: { text: 0, refused: 0, unconfirmed: 0 } })
    },
  )
})
