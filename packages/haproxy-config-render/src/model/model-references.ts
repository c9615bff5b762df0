import { poolsByName, type Bind, type Frontend, type Pool, type ProxyModel } from './proxy-model.js'
import { RenderError } from '../render-error.js'
import type { Server } from './server.js'

/**
 * Refuses a model that contradicts itself: repeated names, binds or addresses,
 * and references to a missing pool or to a pool of another mode.
 *
 * @throws RenderError `invalid-model`.
 */
export function checkReferences(model: ProxyModel): void {
  // HAProxy allows a frontend and a backend of one name, but no two of a kind.
  refuseRepeats('frontend', model.frontends)
  refuseRepeats('pool', model.pools)
  checkBalancers(model)
  refuseNameOfStats(model)
  refuseSharedBinds(model)
  for (const pool of model.pools) {
    refuseRepeats(`server of pool ${pool.name}`, pool.servers)
    refuseSharedAddresses(pool)
    if (pool.sticky && pool.mode === 'tcp') {
      throw invalid(`pool ${pool.name} is sticky`, 'mode tcp', 'mode http, which has cookies')
    }
  }
  refuseSharedMaps(model)
  const pools = poolsByName(model)
  for (const frontend of model.frontends) checkTargets(frontend, pools)
}

/** Names are sorted, so repeated names follow each other. */
function refuseRepeats(kind: string, named: readonly { readonly name: string }[]): void {
  const repeated = named.find(({ name }, i) => named[i - 1]?.name === name)
  if (!repeated) return
  throw invalid(`two entries for ${kind} ${repeated.name}`, undefined, 'different names')
}

function checkBalancers({ balancers }: ProxyModel): void {
  if (!balancers) return
  refuseRepeats('balancer', balancers)
  const own = balancers.filter(({ isSelf }) => isSelf)
  if (own.length === 1) return
  throw invalid(
    'isSelf of balancers',
    `${own.length} times true`,
    'it for the one that gets this configuration',
  )
}

/** The section of the statistics page is called stats, and section names are unique. */
function refuseNameOfStats({ stats, frontends, pools }: ProxyModel): void {
  if (!stats || ![...frontends, ...pools].some(({ name }) => name === 'stats')) return
  throw invalid('a frontend or pool has the name of the statistics page', 'stats', 'another name')
}

function refuseSharedBinds({ stats, frontends }: ProxyModel): void {
  const binds: (readonly [string, Bind])[] = frontends.map(({ name, bind }) => [name, bind])
  if (stats) binds.push(['stats', stats])
  const owners = new Map<string, string>()
  for (const [name, { address, port }] of binds) {
    const bind = `${address}:${port}`
    const owner = owners.get(bind)
    if (owner !== undefined) {
      throw invalid(
        `frontends ${owner} and ${name} listen on one address`,
        bind,
        'different addresses',
      )
    }
    owners.set(bind, name)
  }
}

function refuseSharedMaps({ frontends }: ProxyModel): void {
  const owners = new Map<string, string>()
  for (const { name, routeMap } of frontends) {
    if (routeMap === undefined) continue
    const owner = owners.get(routeMap)
    if (owner !== undefined)
      throw invalid(`frontends ${owner} and ${name} have one routeMap`, routeMap, 'one file each')
    owners.set(routeMap, name)
  }
}

function refuseSharedAddresses({ name, servers }: Pool): void {
  // Most pools have each address once, which is quick to check.
  if (new Set(servers.map(({ address }) => address)).size === servers.length) return
  const owners = new Map<string, Server>()
  for (const server of servers) {
    const address = `${server.address} port ${server.port}`
    const owner = owners.get(address)
    if (owner) {
      const what = `servers ${owner.name} and ${server.name} of pool ${name} have one address`
      throw invalid(what, address, 'each server once')
    }
    owners.set(address, server)
  }
}

function checkTargets(frontend: Frontend, pools: ReadonlyMap<string, Pool>): void {
  const { name, mode, pool, routes, routeMap } = frontend
  for (const target of [
    ...(pool === undefined ? [] : [pool]),
    ...routes.map(route => route.pool),
  ]) {
    const found = pools.get(target)
    if (!found) {
      const wanted = [...pools.keys()].slice(0, 20).join(', ')
      throw invalid(
        `frontend ${name} sends to pool ${target}`,
        undefined,
        wanted ? `one of: ${wanted}` : 'a pool, and there is none',
      )
    }
    if (found.mode !== mode) {
      const what = `frontend ${name} of mode ${mode} sends to pool ${target}`
      throw invalid(what, `mode ${found.mode}`, 'the same mode')
    }
  }
  if (mode === 'tcp' && (routes.length > 0 || routeMap !== undefined)) {
    throw invalid(`frontend ${name} has routes`, 'mode tcp', 'mode http, which has hosts and paths')
  }
}

function invalid(what: string, got: string | undefined, expected: string): RenderError {
  return new RenderError('invalid-model', `The model is not valid: ${what}`, { got, expected })
}
