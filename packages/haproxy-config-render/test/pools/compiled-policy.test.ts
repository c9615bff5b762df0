import t from 'tap'
import { compilePolicy } from '../../src/pools/compiled-policy.js'
import { web } from './web-members.js'

const compiled = compilePolicy(
  {
    runtimeSocket: '/run/x.sock',
    frontends: [{ name: 'web', bind: '0.0.0.0:80' }],
    pools: [web, { ...web, name: 'api', perTag: 'x', serverOptions: 'maxconn 9' }],
  },
  {},
)
const [app, api] = compiled.pools.map(({ policy }) => policy)

t.test('a pool of a tag takes no name that another policy or pool has', async t => {
  if (!app || !api) throw new Error('expected two policies')
  t.ok(compiled.isFree('api-x', api, new Set()))
  t.notOk(compiled.isFree('api-x', api, new Set(['api-x'])))
  t.notOk(compiled.isFree('app', api, new Set()))
  t.ok(compiled.isFree('app', app, new Set()))
})

t.test('the input of a model has the routes that members claimed', async t => {
  const input = compiled.modelInput([{ name: 'app' }], () => [{ pool: 'app', path: '/x' }])
  t.match(input, {
    runtimeSocket: '/run/x.sock',
    frontends: [{ name: 'web', routes: [{ pool: 'app', path: '/x' }] }],
    pools: [{ name: 'app' }],
  })
})

t.test(
  'a pool of the model has the fields of its policy, and the interval for its size',
  async t => {
    const fields = {
      name: 'api-x',
      mode: 'http',
      balance: 'roundrobin',
      healthCheck: '/',
      serverOptions: 'maxconn 9',
    }
    const fieldsOf = compiled.pools[1]?.fieldsOf
    t.strictSame(fieldsOf?.('api-x', 1000, undefined), fields)
    t.strictSame(fieldsOf?.('api-x', 1001, undefined), { ...fields, minCheckIntervalMs: 1000 })
  },
)

t.test('a policy that is not valid is refused', async t => {
  t.throws(() => compilePolicy({ runtimeSocket: 'x', frontends: [], pools: [] }, {}), {
    code: 'invalid-policy',
  })
})
