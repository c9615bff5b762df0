import { hostField, pathPrefixField } from '../model/model-fields.js'
import type { CheckedPool } from './pool-policy.js'
import type { Route } from '../model/proxy-model.js'
import { tagOf, unfit, type PoolMember, type Unfit } from './server-from-member.js'

/** The hosts and paths of frontends, and the pools that own them. */
export interface RouteClaims {
  /** Claims the route in a member's tags for its pool; returns the reason if that is not possible. */
  claim(member: PoolMember, pool: string, policy: CheckedPool): Unfit | undefined
  /** Returns the routes of a frontend that members have claimed. */
  routesOf(frontend: string): Route[]
}

/** Creates the claims. They start with the policy's own routes, which no member can claim. */
export function routeClaims(
  frontends: readonly { readonly name: string; readonly routes: readonly Route[] }[],
): RouteClaims {
  const owners = new Map<string, string>()
  const given: { frontend: string; route: Route }[] = []
  for (const { name, routes } of frontends) {
    for (const route of routes) owners.set(routeKey(name, route), route.pool)
  }
  return {
    claim(member, pool, { route: wanted }) {
      if (!wanted) return undefined
      const host = tagOf(member, wanted.hostTag ?? '')?.toLowerCase()
      const path = tagOf(member, wanted.pathTag ?? '')
      if (host !== undefined && !isAllowedHost(host, wanted.hosts)) {
        return unfit('tag', `its tag ${wanted.hostTag}`, host, oneOf(wanted.hosts))
      }
      if (path !== undefined && !isAllowedPath(path, wanted.paths)) {
        return unfit('tag', `its tag ${wanted.pathTag}`, path, `${oneOf(wanted.paths)} or below`)
      }
      const route = { pool, ...(host && { host }), ...(path && path !== '/' && { path }) }
      if (!('host' in route) && !('path' in route)) return undefined
      const key = routeKey(wanted.frontend, route)
      const owner = owners.get(key)
      if (owner === pool) return undefined
      if (owner !== undefined) {
        return unfit('duplicate', 'its route', key, `one that is not that of pool ${owner}`)
      }
      owners.set(key, pool)
      given.push({ frontend: wanted.frontend, route })
      return undefined
    },
    routesOf: frontend => given.filter(one => one.frontend === frontend).map(({ route }) => route),
  }
}

function routeKey(frontend: string, { host = '*', path = '/' }: Omit<Route, 'pool'>): string {
  return `${frontend} ${host}${path}`
}

function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  if (!hostField.safeParse(host).success) return false
  return allowed.some(one =>
    one.startsWith('*') ? host.endsWith(one.slice(1)) && host !== one.slice(1) : host === one,
  )
}

function isAllowedPath(path: string, allowed: readonly string[]): boolean {
  if (!pathPrefixField.safeParse(path).success) return false
  return allowed.some(one => one === '/' || path === one || path.startsWith(`${one}/`))
}

function oneOf(allowed: readonly string[]): string {
  return `one of ${allowed.join(', ')}`
}
