import { inNetworks } from '../model/allowed-networks.js'
import { isName } from '../model/model-fields.js'
import { checkedServer, sameServer, type Server } from '../model/server.js'
import type { CheckedPool } from './pool-policy.js'
import { selector } from './select-members.js'
import {
  serverFromMember,
  tagOf,
  unfit,
  type AddressTests,
  type PoolMember,
  type Unfit,
} from './server-from-member.js'

/** A member that a policy selects. */
export interface Candidate {
  readonly member: PoolMember
  /** The pool that it belongs to. */
  readonly pool: string
  /** Its server, marked as checked, or the reason why it has none. */
  readonly server: Server | Unfit
  readonly isCanary: boolean
}

/** A candidate with a server. */
export type FitCandidate = Candidate & { readonly server: Server }

/** Returns whether a candidate has a server. */
export function isFit(candidate: Candidate): candidate is FitCandidate {
  return !('reason' in candidate.server)
}

/**
 * Evaluates a member; undefined if the policy does not select it. An equal server
 * of the candidate before is used again.
 */
export type Evaluate = (member: PoolMember, before?: Candidate) => Candidate | undefined

/** Compiles the conditions of a policy. The result depends on one member only. */
export function evaluator(policy: CheckedPool, isOwn: AddressTests['isOwn']): Evaluate {
  const selects = selector(policy)
  const isAllowed = policy.networks.length > 0 ? inNetworks(policy.networks) : () => true
  const { canary } = policy
  return (member, before) => {
    if (!selects(member)) return undefined
    const pool = poolOf(member, policy)
    const isCanary = canary !== undefined && tagOf(member, canary.tag) === canary.value
    const made = serverFromMember(member, policy, { isAllowed, isOwn })
    const server = 'reason' in made ? made : (tagError(pool, policy) ?? made)
    if ('reason' in server) return { member, pool, server, isCanary }
    const old = before && isFit(before) ? before.server : undefined
    const same = old && sameServer(old, server) ? old : checkedServer(server)
    return { member, pool, server: same, isCanary }
  }
}

function poolOf(member: PoolMember, { name, perTag }: CheckedPool): string {
  if (perTag === undefined) return name
  // A value that is too long for a name is cut: only messages show it.
  return `${name}-${(tagOf(member, perTag) ?? '').slice(0, 100)}`
}

/** Returns the error of a tag whose value cannot be a part of a pool's name. */
function tagError(pool: string, policy: CheckedPool): Unfit | undefined {
  const { perTag, name } = policy
  if (perTag === undefined || (isName(pool) && pool !== `${name}-`)) return undefined
  const got = pool.slice(name.length + 1)
  return unfit('tag', `its tag ${perTag}`, got, 'the rest of a pool’s name')
}
