import * as fc from 'fast-check'
import t from 'tap'
import { parseModel } from '../../src/model/parse-model.js'
import type { Route } from '../../src/model/proxy-model.js'
import { routeMapText } from '../../src/output/route-map.js'

/** The routes of a frontend, in the order of a model. */
function inOrder(routes: readonly Route[]): readonly Route[] {
  const pools = [...new Set(routes.map(({ pool }) => pool))].map(name => ({ name, servers: [] }))
  const bind = { address: '127.0.0.1', port: 80 }
  const frontends = [{ name: 'web', bind, routes }]
  return parseModel({ runtimeSocket: '/run/x.sock', frontends, pools }).frontends[0]?.routes ?? []
}

t.test('a route is a key of host and whole path segments, and its pool', async t => {
  const routes = inOrder([
    { host: 'shop.example.org', pool: 'shop' },
    { host: 'shop.example.org', path: '/api', pool: 'api' },
    { path: '/health', pool: 'app' },
    { path: '/', pool: 'rest' },
  ])
  t.equal(
    routeMapText({ routes }),
    'shop.example.org/api/ api\nshop.example.org/ shop\n/health/ app\n/ rest\n',
  )
  t.equal(routeMapText({ routes: [] }), '')
})

t.test('hosts with * are left out, and the first of two equal routes stays', async t => {
  const routes = inOrder([
    { host: '*.example.org', pool: 'wild' },
    { host: 'a.example.org', path: '/', pool: 'first' },
    { host: 'a.example.org', pool: 'second' },
  ])
  const first = routes.find(({ host }) => host === 'a.example.org')?.pool
  t.equal(routeMapText({ routes }), `a.example.org/ ${first}\n`)
})

/** The pool of a request by the rules of the routes: the first that matches. */
function byRules(routes: readonly Route[], host: string, path: string): string | undefined {
  return routes.find(
    route =>
      (route.host === undefined || route.host === host) &&
      (route.path === undefined ||
        route.path === '/' ||
        path === route.path ||
        path.startsWith(`${route.path}/`)),
  )?.pool
}

/** The pool of a request by the longest key that it begins with, as HAProxy looks it up. */
function byMap(text: string, host: string, path: string): string | undefined {
  const entries = text.split('\n').map(line => line.split(' '))
  const longest = (request: string) =>
    entries
      .filter(([key = '']) => key !== '' && request.startsWith(key))
      .toSorted(([a = ''], [b = '']) => b.length - a.length)[0]?.[1]
  return longest(`${host}${path}/`) ?? longest(`${path}/`)
}

t.test('a map finds the pool that the rules of the routes find', async () => {
  const host = fc.constantFrom('a.example.org', 'b.example.org', 'a.example.or')
  const path = fc.constantFrom('/', '/api', '/api/v1', '/apix', '/api/v1/x', '/b')
  const pool = fc.constantFrom('p1', 'p2', 'p3')
  const optional = { nil: undefined }
  const route = fc
    .tuple(fc.option(host, optional), fc.option(path, optional), pool)
    .map(([host, path, pool]) => ({ pool, ...(host && { host }), ...(path && { path }) }))
  fc.assert(
    fc.property(fc.array(route, { maxLength: 8 }), host, path, (given, host, path) => {
      const routes = inOrder(given)
      const found = byMap(routeMapText({ routes }), host, path)
      if (found !== byRules(routes, host, path)) throw new Error(`got ${found}`)
    }),
    { numRuns: 2000 },
  )
})
