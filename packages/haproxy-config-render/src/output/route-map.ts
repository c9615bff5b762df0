import type { Frontend, Route } from '../model/proxy-model.js'

/**
 * Returns the routes of a frontend as the lines of a map: host and path with a `/` at
 * their end, then the pool. HAProxy looks for the longest key that the same of a request
 * begins with; so `/api` is `/api/`, which is no beginning of `/apix/`. A key without a
 * host is that of any host. Hosts with `*` are left out: they need another kind of lookup.
 */
export function routeMapText({ routes }: Pick<Frontend, 'routes'>): string {
  const pools = new Map<string, string>()
  for (const route of routes) {
    if (route.host?.startsWith('*')) continue
    const key = keyOf(route)
    // Routes are in order: the first one wins.
    if (!pools.has(key)) pools.set(key, route.pool)
  }
  return [...pools].map(([key, pool]) => `${key} ${pool}\n`).join('')
}

function keyOf({ host = '', path = '/' }: Route): string {
  return path.endsWith('/') ? `${host}${path}` : `${host}${path}/`
}
