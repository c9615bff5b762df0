import t from 'tap'
import type { PoolMember } from '../../src/pools/server-from-member.js'
import { member, modelOf, web } from './web-members.js'

/** A member that asks for a host. */
const at = (name: string, role: string, host: string) => member(name, { tags: { role, host } })

t.test('the first member with a route gets it, and a route of the policy is taken', async t => {
  const route = { frontend: 'web', hostTag: 'host', hosts: ['*.example.org', 'a.example'] }
  const policies = [
    { ...web, route },
    { ...web, name: 'api', role: 'api', route },
  ]
  const routesOf = (members: PoolMember[], incumbents: string[] = []) => {
    const { model, quarantined } = modelOf(members, policies, { incumbents: new Set(incumbents) })
    return [
      model.frontends[0]?.routes.map(({ host, pool }) => `${host}=${pool}`).join(),
      quarantined.map(one => one.member).join(),
    ]
  }
  t.strictSame(
    routesOf([
      at('s1', 'web', 'A.example'),
      at('s2', 'web', 'a.example'),
      at('s3', 'api', 'a.example'),
      at('s4', 'api', 'example.org'),
      at('s5', 'api', 'x.example.org'),
      at('s6', 'api', '*.x.example.org'),
      at('s7', 'api', 'a b.example.org'),
    ]),
    ['x.example.org=api,a.example=app,*.x.example.org=api', 's3,s4,s7'],
  )
})
