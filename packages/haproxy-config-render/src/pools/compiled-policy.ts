import { evaluator, type Evaluate } from './candidate.js'
import { ownListeners, type OwnPlace } from './own-listeners.js'
import { balancersDrafter, type DraftBalancers } from './balancers.js'
import { checkIntervals } from '../model/check-interval.js'
import { parsePolicy, type CheckedPool, type ProxyPolicy } from './pool-policy.js'
import type { Balancer, Pool, Route } from '../model/proxy-model.js'
import { sharedWords } from './server-field.js'
import { routeClaims, type RouteClaims } from './route-claims.js'

/** The policy of a pool, with its conditions compiled. */
export interface CompiledPool {
  readonly policy: CheckedPool
  readonly evaluate: Evaluate
  /**
   * Returns the fields of a pool in the model, without its servers. `servers` is
   * their number; `before` is the pool of this name in the last model.
   */
  fieldsOf(name: string, servers: number, before: Pool | undefined): object
}

/** A checked policy. */
export interface CompiledPolicy {
  readonly pools: readonly CompiledPool[]
  /** Returns the claims of routes, before any member has one. */
  newClaims(): RouteClaims
  /** Returns whether a policy can make a pool of this name, where other pools are there already. */
  isFree(name: string, policy: CheckedPool, others: { has(name: string): boolean }): boolean
  /** Returns the input of `parseModel` for these pools and the routes that members claimed. */
  modelInput(
    pools: readonly object[],
    routesOf: (frontend: string) => readonly Route[],
    balancers?: readonly Balancer[],
  ): object
  /** Sorts the members that may be balancers. */
  readonly draftBalancers: DraftBalancers
}

/**
 * Checks and compiles a policy.
 *
 * @throws RenderError `invalid-policy`.
 */
export function compilePolicy(input: ProxyPolicy, own: OwnPlace): CompiledPolicy {
  const { pools: policies, frontends, balancers: balancersPolicy, ...rest } = parsePolicy(input)
  const isOwn = ownListeners(own, { frontends, stats: rest.stats })
  const reserved = new Set(policies.map(({ name }) => name))
  return {
    pools: policies.map(policy => compiledPool(policy, evaluator(policy, isOwn))),
    newClaims: () => routeClaims(frontends),
    isFree: (name, { perTag }, others) =>
      !others.has(name) && !(perTag !== undefined && reserved.has(name)),
    draftBalancers: balancersDrafter(balancersPolicy),
    modelInput: (pools, routesOf, balancers) => ({
      ...rest,
      ...(balancers && { balancers }),
      frontends: frontends.map(frontend => ({
        ...frontend,
        routes: [...frontend.routes, ...routesOf(frontend.name)],
      })),
      pools,
    }),
  }
}

function compiledPool(policy: CheckedPool, evaluate: Evaluate): CompiledPool {
  const { mode, balance, healthCheck, healthCheckHost, sticky, stickTable } = policy
  const { server, maxChecksPerSecond } = policy
  const serverOptions = server ? sharedWords(server) || undefined : policy.serverOptions
  const intervalFor = checkIntervals({ maxChecksPerSecond, serverOptions })
  return {
    policy,
    evaluate,
    fieldsOf(name, servers, before) {
      const minCheckIntervalMs = intervalFor(servers, before?.minCheckIntervalMs)
      return {
        name,
        mode,
        balance,
        healthCheck,
        ...(healthCheckHost !== undefined && { healthCheckHost }),
        ...(sticky && { sticky }),
        ...(stickTable && { stickTable }),
        ...(serverOptions !== undefined && { serverOptions }),
        ...(minCheckIntervalMs !== undefined && { minCheckIntervalMs }),
      }
    },
  }
}
