import { inNetworks } from '../model/allowed-networks.js'
import { canaryWeights } from './canary-weights.js'
import { isName } from '../model/model-fields.js'
import type { Quarantined } from '../model/quarantined.js'
import { parsePolicy, type CheckedPool, type ProxyPolicy } from './pool-policy.js'
import type { ProxyModel } from '../model/proxy-model.js'
import { compare } from '../model/name-order.js'
import { parseModel } from '../model/parse-model.js'
import { routeClaims, type RouteClaims } from './route-claims.js'
import { ownListeners, type OwnPlace } from './own-listeners.js'
import { selector } from './select-members.js'
import {
  serverFromMember,
  tagOf,
  unfit,
  type AddressTests,
  type PoolMember,
  type Unfit,
} from './server-from-member.js'
import { checkedServer, type Server } from '../model/server.js'

/** A server of a pool that is not complete yet. */
interface Place {
  readonly server: Server
  readonly isCanary: boolean
}

/** Names of the members that serve already: in every pool that selects them, or each with its pools. */
type Incumbents = ReadonlySet<string> | Pick<ReadonlyMap<string, readonly string[]>, 'get'>

type Drafts = Map<string, Place[]>

/**
 * Sorts cluster members into pools. A member that a pool selects and that is not
 * valid for it is quarantined with its reason, and all others are taken.
 * Where two cannot both be taken (one address, one route, a full pool) `incumbents`,
 * the members that serve in this pool already, come first. `own` is HAProxy's place.
 *
 * @throws RenderError `invalid-policy`, or `invalid-model` where the policy
 * contradicts itself; no member can cause either.
 */
export function buildModel(
  members: Iterable<PoolMember>,
  policy: ProxyPolicy,
  { incumbents = new Set(), own = {} }: { incumbents?: Incumbents; own?: OwnPlace } = {},
): { model: ProxyModel; quarantined: Quarantined[] } {
  const { pools: policies, frontends, ...rest } = parsePolicy(policy)
  const given = [...members]
  const claims = routeClaims(frontends)
  const isOwn = ownListeners(own, { frontends, stats: rest.stats })
  const quarantined: Quarantined[] = []
  const reserved = new Set(policies.map(({ name }) => name))
  const pools = new Map<string, object>()
  for (const one of policies) {
    const isFree = (name: string) =>
      !pools.has(name) && !(one.perTag !== undefined && reserved.has(name))
    const selected = inOrder(given.filter(selector(one)), one, incumbents)
    const drafts = draftPools(selected, one, { isFree, isOwn, claims, quarantined })
    for (const [name, places] of drafts) pools.set(name, finishedPool(name, places, one))
  }
  const model = parseModel({
    ...rest,
    frontends: frontends.map(frontend => ({
      ...frontend,
      routes: [...frontend.routes, ...claims.routesOf(frontend.name)],
    })),
    pools: [...pools.values()],
  })
  return {
    model,
    quarantined: quarantined.toSorted(
      (a, b) => compare(a.pool, b.pool) || compare(a.member, b.member),
    ),
  }
}

/** Sorts the members of a policy: staying before draining, serving before new, then by name. */
function inOrder(
  members: readonly PoolMember[],
  policy: CheckedPool,
  incumbents: Incumbents,
): PoolMember[] {
  const serves = (member: PoolMember) =>
    'get' in incumbents
      ? incumbents.get(member.name)?.includes(poolOf(member, policy))
      : incumbents.has(member.name)
  const ranks = new Map(
    members.map(each => [each, (each.draining ? 2 : 0) + (serves(each) ? 0 : 1)] as const),
  )
  const rank = (member: PoolMember) => ranks.get(member) ?? 0
  return members.toSorted((a, b) => rank(a) - rank(b) || compare(a.name, b.name))
}

interface DraftContext {
  /** Returns whether no other policy has a pool of this name. */
  readonly isFree: (pool: string) => boolean
  readonly isOwn: AddressTests['isOwn']
  readonly claims: RouteClaims
  readonly quarantined: Quarantined[]
}

/** Drafts the pools of one policy for the members that it selects; a policy without `perTag` has one, even if it is empty. */
function draftPools(
  members: readonly PoolMember[],
  policy: CheckedPool,
  { isFree, isOwn, claims, quarantined }: DraftContext,
): Drafts {
  const isAllowed = policy.networks.length > 0 ? inNetworks(policy.networks) : () => true
  const drafts: Drafts = new Map(policy.perTag === undefined ? [[policy.name, []]] : [])
  const taken = new Map<string, string>()
  const admit = (member: PoolMember, pool: string): Server | Unfit => {
    const server = serverFromMember(member, policy, { isAllowed, isOwn })
    if ('reason' in server) return server
    return (
      poolError(pool, policy, drafts, isFree) ??
      repeatError(pool, server, taken) ??
      claims.claim(member, pool, policy) ??
      server
    )
  }
  for (const member of members) {
    const pool = poolOf(member, policy)
    const admitted = admit(member, pool)
    if ('reason' in admitted) {
      quarantined.push({ member: member.name, pool, ...admitted })
      continue
    }
    taken.set(`${pool} ${admitted.name}`, admitted.name)
    taken.set(`${pool} ${admitted.address}:${admitted.port}`, admitted.name)
    const { canary } = policy
    const isCanary = canary !== undefined && tagOf(member, canary.tag) === canary.value
    const places = drafts.get(pool) ?? []
    drafts.set(pool, places)
    places.push({ server: admitted, isCanary })
  }
  return drafts
}

function poolOf(member: PoolMember, { name, perTag }: CheckedPool): string {
  if (perTag === undefined) return name
  // A value that is too long for a name is cut: only messages show it.
  return `${name}-${(tagOf(member, perTag) ?? '').slice(0, 100)}`
}

function poolError(
  pool: string,
  { perTag, name, maxPools, maxServers }: CheckedPool,
  drafts: Drafts,
  isFree: (pool: string) => boolean,
): Unfit | undefined {
  const places = drafts.get(pool)
  if (perTag !== undefined && (!isName(pool) || pool === `${name}-`)) {
    return unfit(
      'tag',
      `its tag ${perTag}`,
      pool.slice(name.length + 1),
      'the rest of a pool’s name',
    )
  }
  if (!places && !isFree(pool)) {
    return { code: 'duplicate', reason: `there is another pool ${pool}` }
  }
  if (!places && drafts.size >= maxPools) {
    return { code: 'full', reason: `no more pools for the tag ${perTag}: maxPools is ${maxPools}` }
  }
  if (places && places.length >= maxServers) {
    return { code: 'full', reason: `the pool is full: maxServers is ${maxServers}` }
  }
  return undefined
}

function repeatError(
  pool: string,
  { name, address, port }: Server,
  taken: ReadonlyMap<string, string>,
): Unfit | undefined {
  if (taken.has(`${pool} ${name}`)) return { code: 'duplicate', reason: 'its name is there twice' }
  const owner = taken.get(`${pool} ${address}:${port}`)
  if (owner === undefined) return undefined
  return { code: 'duplicate', reason: `its address ${address}:${port} is already that of ${owner}` }
}

/** Returns a pool of the model. Its servers are marked as checked: each of their fields was. */
function finishedPool(name: string, places: readonly Place[], policy: CheckedPool): object {
  const { mode, balance, healthCheck, sticky, serverOptions, canary } = policy
  const weighed = places.map(({ server, isCanary }) => ({ weight: server.weight, isCanary }))
  const weights = canary ? canaryWeights(weighed, canary.percent) : []
  const servers = places.map(({ server }, i) =>
    checkedServer({ ...server, weight: weights[i] ?? server.weight }),
  )
  return {
    name,
    mode,
    balance,
    healthCheck,
    ...(sticky && { sticky }),
    ...(serverOptions !== undefined && { serverOptions }),
    servers,
  }
}
