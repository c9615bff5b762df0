import type { RunningServer } from 'haproxy-runtime'
import t from 'tap'
import { configurationSchema } from '../../src/configuration/schema.js'
import { noFlaps } from '../../src/decision/flap-damping.js'
import { noMemory, type Memory } from '../../src/decision/member-memory.js'
import {
  allRunningServers,
  byName,
  poolNames,
  runningServers,
} from '../../src/haproxy/running-servers.js'
import { runningServer } from '../sample-running-server.js'
import { fakeStats } from './fake-stats.js'

const server = (pool: string, name: string, health: 'up' | 'down') =>
  runningServer(name, { pool, health })

t.test('a server in several pools is up if any of them finds it up', async t => {
  const orders: readonly ('up' | 'down')[][] = [
    ['up', 'down'],
    ['down', 'up'],
    ['down', 'up', 'down'],
  ]
  for (const healths of orders) {
    const servers = byName(healths.map((health, i) => server(`p${i}`, 's1', health)))
    t.match(servers.get('s1'), { health: 'up' }, healths.join(', '))
  }
  const down = byName([server('p0', 's1', 'down'), server('p1', 's1', 'down')])
  t.match(down.get('s1'), { health: 'down' })
  t.equal(down.get('s2'), undefined)
  t.equal(byName([]).size, 0)
})

/** The pools in which s1 is proven. */
const provenIn = (...servers: readonly RunningServer[]) => byName(servers).get('s1')?.provenIn

t.test('a server is proven in the pools where it gets traffic and its check succeeded', async t => {
  const web = server('web', 's1', 'up')
  t.same(provenIn(web, server('api', 's1', 'up'), server('x', 's1', 'down')), ['web', 'api'])
  t.same(
    provenIn({ ...web, checked: true, lastCheck: 'failed' }),
    [],
    'its check has not succeeded',
  )
  t.same(provenIn({ ...web, weight: 0 }), [], 'it drains')
  t.same(provenIn({ ...web, admin: 'maint' }), [])
})

const configuration = configurationSchema.parse({
  haproxy: { configFile: 'h.cfg', runtimeSocket: 'r.sock', masterSocket: 'm.sock' },
  frontends: [],
  pools: [
    { name: 'web', port: 80 },
    { name: 'app', port: 80, perTag: 'app' },
  ],
})

function memoryOf(...pools: readonly (readonly string[])[]): Memory {
  const members = pools.map((names, i) => {
    const member = { name: `s${i}`, address: '10.0.0.1', tags: {} }
    return [member.name, { member, pools: names, isAdmitted: true, flapState: noFlaps }] as const
  })
  return { members: new Map(members) }
}

t.test('the pools are those of the configuration, and those that members are in', async t => {
  t.same(poolNames({ configuration }, noMemory), ['web'], 'a pool per tag has no pool of its name')
  t.same(poolNames({ configuration }, memoryOf(['web', 'app-shop'], ['app-shop', 'app-blog'])), [
    'web',
    'app-shop',
    'app-blog',
  ])
})

const { signal } = new AbortController()
const idsOf = (servers: readonly RunningServer[] | undefined) =>
  servers?.map(({ pool, name }) => `${pool}/${name}`)

t.test('the servers of all pools are read', async t => {
  const { runtime } = await fakeStats(t)
  t.same(idsOf(await runningServers({ runtime }, ['web', 'api'], signal)), [
    'web/s1',
    'web/s2',
    'api/s1',
  ])
  t.same(idsOf(await runningServers({ runtime }, ['api'], signal)), ['api/s1'])
})

t.test('the servers of all backends are read without their names', async t => {
  const { runtime, away } = await fakeStats(t)
  t.same(idsOf(await allRunningServers({ runtime }, signal)), ['web/s1', 'web/s2', 'api/s1'])
  t.equal(await allRunningServers(away, signal), undefined)
})

t.test('a pool that HAProxy does not have hides no other pool', async t => {
  const { runtime } = await fakeStats(t)
  t.same(idsOf(await runningServers({ runtime }, ['shop', 'api', 'blog'], signal)), ['api/s1'])
  t.same(await runningServers({ runtime }, ['shop'], signal), [])
  t.same(await runningServers({ runtime }, ['shop', 'blog'], signal), [])
})

t.test('an unreachable HAProxy has unknown servers, not none', async t => {
  const { away } = await fakeStats(t)
  t.equal(await runningServers(away, ['web'], signal), undefined)
  t.equal(await runningServers(away, ['web', 'api'], signal), undefined)
})
