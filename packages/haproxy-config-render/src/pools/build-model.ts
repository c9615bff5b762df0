import { servesTest, type Incumbents } from './admission-order.js'
import { noBalancers, type BalancerMembers } from './balancers.js'
import { compilePolicy } from './compiled-policy.js'
import { draftPools, weighedServers } from './draft-pools.js'
import { inQuarantineOrder } from './findings.js'
import type { OwnPlace } from './own-listeners.js'
import type { ProxyPolicy } from './pool-policy.js'
import { poolsByName, type ProxyModel } from '../model/proxy-model.js'
import { parseModel } from '../model/parse-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { PoolMember } from './server-from-member.js'

/** Facts beside the members and the policy. */
interface BuildOptions {
  /** Members that serve already. @defaultValue none */
  readonly incumbents?: Incumbents
  /** Place of HAProxy. @defaultValue unknown */
  readonly own?: OwnPlace
  /** The last model. @defaultValue none */
  readonly before?: ProxyModel | undefined
  /** Members that may be load balancers of this cluster. @defaultValue none */
  readonly balancers?: BalancerMembers
}

/**
 * Sorts cluster members into pools. A member that a pool selects and that is not
 * valid for it is quarantined with its reason, and all others are taken.
 * Where two cannot both be taken (one address, one route, a full pool) `incumbents`,
 * the members that serve in this pool already, come first. `own` is HAProxy's place.
 * `before` is the last model: its pools keep the intervals of their checks while these fit.
 * `balancers` are the members that may be load balancers of this cluster.
 *
 * @throws RenderError `invalid-policy`, or `invalid-model` where the policy
 * contradicts itself; no member can cause either.
 *
 * @example
 * ```ts
 * import { buildModel } from 'haproxy-config-render'
 *
 * const members = [
 *   { name: 's1', address: '10.0.0.1', tags: { role: 'web' } },
 *   { name: 's2', address: 'not an address', tags: { role: 'web' } },
 * ]
 * const { model, quarantined } = buildModel(members, {
 *   runtimeSocket: '/run/haproxy.sock',
 *   frontends: [],
 *   pools: [{ name: 'app', role: 'web', port: 3000 }],
 * })
 * model.pools[0]?.servers.map(({ name, port }) => `${name}:${port}`) // => ['s1:3000']
 * quarantined.map(({ member, code }) => `${member} ${code}`) // => ['s2 address']
 * ```
 */
export function buildModel(
  members: Iterable<PoolMember>,
  policy: ProxyPolicy,
  { incumbents = new Set(), own = {}, before, balancers = noBalancers }: BuildOptions = {},
): { model: ProxyModel; quarantined: Quarantined[] } {
  const compiled = compilePolicy(policy, own)
  const given = [...members]
  const claims = compiled.newClaims()
  const serves = servesTest(incumbents)
  const old = poolsByName(before)
  const pools = new Map<string, object>()
  const quarantined: Quarantined[] = []
  for (const { policy: one, evaluate, fieldsOf } of compiled.pools) {
    const candidates = given.flatMap(member => evaluate(member) ?? [])
    const isFree = (name: string) => compiled.isFree(name, one, pools)
    const draft = draftPools(candidates, one, { serves, isFree, claims })
    quarantined.push(...draft.quarantined)
    for (const [name, places] of draft.pools)
      pools.set(name, {
        ...fieldsOf(name, places.length, old.get(name)),
        servers: weighedServers(places, one),
      })
  }
  const drafted = compiled.draftBalancers(balancers)
  quarantined.push(...drafted.quarantined)
  return {
    model: parseModel(compiled.modelInput([...pools.values()], claims.routesOf, drafted.balancers)),
    quarantined: inQuarantineOrder(quarantined),
  }
}
