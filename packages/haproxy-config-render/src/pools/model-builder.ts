import { changedKeys } from 'versioned-map'
import { servesTest, type Incumbents } from './admission-order.js'
import { noBalancers, type BalancerMembers } from './balancers.js'
import { compilePolicy, type CompiledPolicy } from './compiled-policy.js'
import { sameFindings } from './findings.js'
import { modelWithServers } from '../model/model-with-servers.js'
import type { OwnPlace } from './own-listeners.js'
import { parseModel } from '../model/parse-model.js'
import { PolicyCandidates } from './policy-candidates.js'
import type { ProxyPolicy } from './pool-policy.js'
import { poolsByName, type Pool, type ProxyModel } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { Server } from '../model/server.js'
import type { PoolMember } from './server-from-member.js'

/** Builds models of the same policy one after the other. */
export interface ModelBuilder {
  /**
   * Returns what `buildModel` returns for these members after the last model, in
   * the time of what changed since the last call. Servers, pools and lists that
   * did not change are the same objects as before.
   *
   * @param members - by name
   * @param balancers - members that may be balancers; none by default
   *
   * @throws RenderError `invalid-model` where the policy contradicts itself.
   */
  build(
    members: ReadonlyMap<string, PoolMember>,
    incumbents: Incumbents,
    balancers?: BalancerMembers,
  ): { readonly model: ProxyModel; readonly quarantined: readonly Quarantined[] }
}

/**
 * Compiles a policy, and keeps the members and the model of the last build.
 * `own` is HAProxy's place; `before` is the model of a builder that this one replaces.
 *
 * @throws RenderError `invalid-policy`.
 *
 * @example
 * ```ts
 * import { createModelBuilder } from 'haproxy-config-render/builder'
 *
 * const pools = [{ name: 'app', role: 'web', port: 3000 }]
 * const builder = createModelBuilder({ runtimeSocket: '/run/haproxy.sock', frontends: [], pools })
 * const s1 = { name: 's1', address: '10.0.0.1', tags: { role: 'web' } }
 * const { model } = builder.build(new Map([['s1', s1]]), new Map())
 * model.pools[0]?.servers.length // => 1
 * ```
 */
export function createModelBuilder(
  policy: ProxyPolicy,
  { own = {}, before }: { own?: OwnPlace; before?: ProxyModel | undefined } = {},
): ModelBuilder {
  const compiled = compilePolicy(policy, own)
  const policies = compiled.pools.map(one => ({ ...one, candidates: new PolicyCandidates(one) }))
  const last = new LastModel(compiled, before)
  let known: ReadonlyMap<string, PoolMember> = new Map()
  let findings = {
    parts: [] as readonly (readonly Quarantined[])[],
    all: [] as readonly Quarantined[],
  }
  return {
    build(members, incumbents, balancers = noBalancers) {
      for (const name of changedKeys(known, members))
        for (const { candidates } of policies) candidates.change(name, members.get(name))
      known = members
      const serves = servesTest(incumbents)
      const claims = compiled.newClaims()
      const old = last.pools()
      const pools = new Map<string, BuiltPool>()
      const parts: (readonly Quarantined[])[] = []
      for (const { policy: one, candidates, fieldsOf } of policies) {
        const isFree = (name: string) => compiled.isFree(name, one, pools)
        const settled = candidates.settle({ serves, isFree, claims })
        for (const [name, servers] of settled.pools)
          pools.set(name, { fields: fieldsOf(name, servers.length, old.get(name)), servers })
        parts.push(...settled.quarantined)
      }
      const drafted = compiled.draftBalancers(balancers)
      parts.push(drafted.quarantined)
      const isSame =
        parts.length === findings.parts.length && parts.every((one, i) => one === findings.parts[i])
      if (!isSame) findings = { parts, all: sameFindings(findings.all, parts.flat()) }
      const model = last.next(pools, claims.routesOf, drafted.balancers)
      return { model, quarantined: findings.all }
    },
  }
}

interface BuiltPool {
  readonly fields: object
  readonly servers: readonly Server[]
}

/** The model of the last build. Its parts without servers are checked only when they change. */
class LastModel {
  readonly #compiled: CompiledPolicy
  #model: ProxyModel | undefined
  /** Input of the last check of a model, without servers, as JSON. */
  #shape: string | undefined

  constructor(compiled: CompiledPolicy, before: ProxyModel | undefined) {
    this.#compiled = compiled
    this.#model = before
  }

  pools(): ReadonlyMap<string, Pool> {
    return poolsByName(this.#model)
  }

  next(
    pools: ReadonlyMap<string, BuiltPool>,
    routesOf: Parameters<CompiledPolicy['modelInput']>[1],
    balancers: ProxyModel['balancers'],
  ): ProxyModel {
    const fields = [...pools.values()].map(pool => ({ ...pool.fields, servers: [] }))
    const input = this.#compiled.modelInput(fields, routesOf, balancers)
    const shape = JSON.stringify(input)
    const base = this.#model && this.#shape === shape ? this.#model : parseModel(input)
    const servers = new Map([...pools].map(([name, pool]) => [name, pool.servers] as const))
    this.#model = modelWithServers(base, servers, this.#model)
    this.#shape = shape
    return this.#model
  }
}
