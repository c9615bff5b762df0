import type { ServerStatistics } from 'haproxy-runtime'
import t from 'tap'
import { observedServers } from '../../src/guard/observed-servers.js'
import { serverStatistics } from '../sample-server-statistics.js'

const seen = (pool: string, name: string, status: string, check: string) =>
  serverStatistics(name, { pool, status, check })

const observed = (...servers: readonly ServerStatistics[]) =>
  observedServers({
    haproxy: { reachable: true },
    servers: new Map(servers.map(each => [`${each.pool}/${each.name}`, each])),
  })

t.test('a server is proven where it gets traffic and its last check succeeded', async t => {
  for (const [status, check, health, isProven] of [
    ['UP', 'L7OK', 'up', true],
    ['UP', 'L4OK', 'up', true],
    ['no check', '', 'up', true],
    ['UP', '', 'up', false],
    ['UP 1/2', 'L4CON', 'up', false],
    ['DRAIN', 'L7OK', 'up', false],
    ['DOWN', 'L7STS', 'down', false],
    ['MAINT', '', 'down', false],
  ] as const) {
    const provenIn = isProven ? ['web'] : []
    const found = observed(seen('web', 's1', status, check))?.get('s1')
    t.same(found, { health, provenIn }, `${status} ${check}`)
  }
})

t.test('a server in several pools is up if it is up in any, and proven in some', async t => {
  const found = observed(seen('api', 's1', 'UP', 'L7OK'), seen('web', 's1', 'DOWN', 'L4CON'))
  t.same(found?.get('s1'), { health: 'up', provenIn: ['api'] })
})

t.test('a HAProxy that did not answer has no servers', async t => {
  t.equal(observedServers(undefined), undefined)
  const away = { haproxy: { reachable: false }, servers: new Map() }
  t.equal(observedServers(away), undefined)
})
