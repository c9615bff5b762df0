import * as fc from 'fast-check'
import t from 'tap'
import {
  memberAddress,
  parseRoute,
  printRoute,
  viewKey,
  wholeTable,
  type Route,
} from '../../../src/page/route/route.js'

const text = fc.string({ unit: 'binary' })
const name = fc.string({ unit: 'binary', minLength: 1 })
const column = fc.stringMatching(/^[a-z]{0,9}$/)
const table = fc
  .record({
    q: text,
    state: text,
    pool: text,
    zone: text,
    attention: fc.boolean(),
    sort: column,
    isDescending: fc.boolean(),
  })
  .map(query => ({ ...query, isDescending: query.isDescending && query.sort !== '' }))
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record({ view: fc.constant('overview' as const), table }),
  fc.record({ view: fc.constant('members' as const), table }),
  fc.record({ view: fc.constant('pool' as const), name, table }),
  fc.record({ view: fc.constant('member' as const), name }),
  fc.record({ view: fc.constant('generation' as const), number: fc.nat(999_999_999) }),
  fc.record({ view: fc.constant('map' as const) }),
)

t.test('the address of every view is read back as the same view', async t => {
  fc.assert(
    fc.property(routes, route => {
      t.same(parseRoute(printRoute(route)), route)
    }),
  )
})

t.test('an address is one word, which a browser does not change', async t => {
  fc.assert(
    fc.property(routes, route => {
      const address = printRoute(route)
      t.equal(new URL(address, 'http://agent/').hash, address)
    }),
  )
})

t.test('every text is an address, and no text is an error', async t => {
  fc.assert(
    fc.property(text, hash => {
      t.type(parseRoute(`#${hash}`).view, 'string')
    }),
  )
})

t.test('the addresses of the documentation are read', async t => {
  t.same(parseRoute('#/pool/web?state=down&sort=-requests&q=s1'), {
    view: 'pool',
    name: 'web',
    table: { ...wholeTable, state: 'down', sort: 'requests', isDescending: true, q: 's1' },
  })
  t.same(parseRoute('#/member/s3'), { view: 'member', name: 's3' })
  t.same(parseRoute('#/generation/12'), { view: 'generation', number: 12 })
  t.same(parseRoute('#/map'), { view: 'map' })
  t.same(parseRoute(''), { view: 'overview', table: wholeTable })
})

t.test('an address of nothing is unknown', async t => {
  for (const hash of ['#/none', '#/pool', '#/pool/', '#/generation/x', '#/member/%', '#/map/1'])
    t.same(parseRoute(hash), { view: 'unknown', address: hash })
})

t.test('a view stays the same view while its filter changes', async t => {
  t.equal(viewKey(parseRoute('#/pool/web?q=a')), viewKey(parseRoute('#/pool/web?sort=name')))
  t.not(viewKey(parseRoute('#/pool/web')), viewKey(parseRoute('#/pool/db')))
})

t.test('a name cannot lead to another view', async t => {
  t.equal(memberAddress('../pool/x?q=#'), '#/member/..%2Fpool%2Fx%3Fq%3D%23')
})
