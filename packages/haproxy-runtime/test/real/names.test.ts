// Names that mean something else to HAProxy, on every real one.
import { haproxyHead, haproxyPlace, haproxyReleases, startHaproxy } from 'real-components'
import t from 'tap'
import { createRuntimeClient } from '../../src/index.js'

/** The names of a frontend, of numbers, of HAProxy's ids and of its rows. */
const pools = ['web', '1', '3', '-1', 'both', 'table', 'odd'] as const
const servers = ['s1', '1', '3', '-1', 'FRONTEND', 'BACKEND', 'check'] as const

for (const { version, program } of haproxyReleases()) {
  t.test(`HAProxy ${version}: a pool and a server are found whatever they are called`, async t => {
    const place = haproxyPlace(t)
    const backends = pools
      .filter(pool => pool !== 'both')
      .map(pool => `backend ${pool}\n  balance roundrobin\n`)
    const frontends = ['web', '1'].map(
      name =>
        `frontend ${name}\n  bind unix@${place.folder}/${name}.sock\n  default_backend ${name}\n`,
    )
    const listen = `listen both\n  bind unix@${place.folder}/both.sock\n  balance roundrobin\n`
    const table = 'backend shared\n  stick-table type ip size 1k\n'
    const config = [haproxyHead(place), ...frontends, table, ...backends, listen].join('')
    await startHaproxy(t, place, config, program)
    const runtime = createRuntimeClient({ socket: place.runtimeSocket })
    for (const pool of pools) {
      for (const name of servers) {
        await runtime.addServer(pool, { name, address: '127.0.0.1', port: 9, options: 'weight 5' })
        await runtime.setWeight(pool, name, 7)
        await runtime.setAddress(pool, name, { address: '127.0.0.2', port: 10 })
      }
      const found = await runtime.servers([pool])
      t.strictSame(found.map(({ name }) => name).toSorted(), [...servers].toSorted(), pool)
      for (const server of found) t.match(server, { pool, weight: 7, port: 10 })
      const statistics = await runtime.statistics({ pools: [pool] })
      t.strictSame(statistics.map(({ name }) => name).toSorted(), [...servers].toSorted(), pool)
      for (const server of statistics) t.equal(server.pool, pool)
      for (const name of servers) await runtime.removeServer(pool, name)
      t.strictSame(await runtime.servers([pool]), [])
      t.strictSame(await runtime.statistics({ pools: [pool] }), [])
      await runtime.addServer(pool, { name: 's1', address: '127.0.0.1', port: 9 })
    }
    const all = (await runtime.statistics({ pools })).map(({ pool }) => pool)
    t.strictSame(all, pools)
    t.strictSame(
      (await runtime.statistics()).map(({ pool }) => pool).toSorted(),
      [...pools].toSorted(),
    )
    await t.rejects(runtime.statistics({ pools: ['web', 'ghosts'] }), { code: 'refused' })
    for (const name of ['#3', '@1', '', 'a b', 'nodes/s1'])
      await t.rejects(runtime.statistics({ pools: [name] }), { code: 'unsafe-argument' }, name)
  })
}
