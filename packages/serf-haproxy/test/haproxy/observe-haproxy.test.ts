import t from 'tap'
import { observeHaproxy, observeServers } from '../../src/haproxy/observe-haproxy.js'
import { fakeStats } from './fake-stats.js'

const { signal } = new AbortController()

t.test('process and servers are observed, each server by pool and name', async t => {
  const { runtime, master } = await fakeStats(t)
  const { haproxy, servers } = await observeHaproxy({ runtime, master }, ['web', 'api'], signal)
  t.match(haproxy, { reachable: true, version: /^2\.6/, pid: Number, oldWorkers: 0 })
  t.same([...servers.keys()].toSorted(), ['api/s1', 'web/s1', 'web/s2'])
  t.match(servers.get('web/s1'), { pool: 'web', name: 's1', status: String, totalSessions: 0 })
})

t.test('without a master socket, or an answer from it, old workers are unknown', async t => {
  const { runtime, away } = await fakeStats(t)
  for (const master of [undefined, away.master]) {
    const { haproxy } = await observeHaproxy({ runtime, master }, ['web'], signal)
    t.match(haproxy, { reachable: true })
    t.notHas(haproxy, { oldWorkers: Number })
  }
})

t.test('an unreachable HAProxy is an observation with the error', async t => {
  const { master, away } = await fakeStats(t)
  const { haproxy, servers } = await observeHaproxy(
    { runtime: away.runtime, master },
    ['web'],
    signal,
  )
  t.match(haproxy, { reachable: false, error: /no\.sock/ })
  t.equal(servers.size, 0)
})

t.test('a pool that HAProxy does not have yet leaves it reachable', async t => {
  const { runtime, master } = await fakeStats(t)
  const { haproxy, servers } = await observeHaproxy({ runtime, master }, ['shop'], signal)
  t.equal(haproxy.reachable, true)
  t.notOk([...servers.keys()].some(key => key.startsWith('shop/')))
})

t.test('some servers are read without the others; none of a HAProxy that is away', async t => {
  const { runtime, away } = await fakeStats(t)
  const names = [
    { pool: 'web', name: 's2' },
    { pool: 'api', name: 's1' },
  ]
  const found = await observeServers({ runtime }, names, signal)
  t.same(found.map(({ pool, name }) => `${pool}/${name}`).toSorted(), ['api/s1', 'web/s2'])
  t.same(await observeServers({ runtime: away.runtime }, names, signal), [])
})
