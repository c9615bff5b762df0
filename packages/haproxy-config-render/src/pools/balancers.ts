import type * as z from 'zod'
import type { Balancer } from '../model/proxy-model.js'
import type { Quarantined } from '../model/quarantined.js'
import type { balancersPolicySchema } from '../model/balancers-policy.js'
import { evaluator } from './candidate.js'
import { draftPools } from './draft-pools.js'
import { poolPolicySchema } from './pool-policy.js'
import { routeClaims } from './route-claims.js'
import type { PoolMember } from './server-from-member.js'

/** Members that may be load balancers of the cluster: untrusted, like those of pools. */
export interface BalancerMembers {
  /** All members with the role; the policy selects among them. */
  readonly members: readonly PoolMember[]
  /** Name of the member that is this balancer itself. @defaultValue unknown */
  readonly self?: string | undefined
}

/** The balancers of a model, and the members that are left out. */
interface DraftedBalancers {
  /** Undefined if this balancer is not among them: HAProxy shares no tables without its own name. */
  readonly balancers: readonly Balancer[] | undefined
  readonly quarantined: readonly Quarantined[]
}

/** Sorts the members that may be balancers. */
export type DraftBalancers = (balancers: BalancerMembers) => DraftedBalancers

/** No member is a balancer. */
export const noBalancers: BalancerMembers = { members: [] }

const none: DraftedBalancers = { balancers: undefined, quarantined: [] }

/** Name of the balancers in findings. */
const name = 'balancers'

/**
 * Returns a function that selects the balancers as a pool selects its servers, with the
 * same reasons for leaving a member out. This balancer itself comes first; the others
 * have no order of arrival, so that each balancer takes the same ones.
 */
export function balancersDrafter(
  policy: z.infer<typeof balancersPolicySchema> | undefined,
): DraftBalancers {
  if (!policy) return () => none
  const { maxBalancers: maxServers, ...selection } = policy
  const pool = poolPolicySchema.parse({ name, mode: 'tcp', ...selection, maxServers })
  const evaluate = evaluator(pool, () => false)
  let last: { readonly of: BalancerMembers; readonly result: DraftedBalancers } | undefined
  return balancers => {
    if (last?.of === balancers) return last.result
    const { members, self } = balancers
    const { pools, quarantined } = draftPools(
      members.flatMap(member => evaluate(member) ?? []),
      pool,
      { serves: member => member === self, isFree: () => true, claims: routeClaims([]) },
    )
    const all = (pools.get(name) ?? []).map(({ server: { name, address, port } }) => {
      return { name, address, port, isSelf: name === self }
    })
    const isMember = all.some(({ isSelf }) => isSelf)
    const result = { balancers: isMember ? all : undefined, quarantined }
    last = { of: balancers, result }
    return result
  }
}
