import { canaryWeights } from './canary-weights.js'
import { isFit, type Candidate, type FitCandidate } from './candidate.js'
import { inAdmissionOrder, seatOf, type Serves } from './admission-order.js'
import type { CheckedPool } from './pool-policy.js'
import type { Quarantined } from '../model/quarantined.js'
import type { RouteClaims } from './route-claims.js'
import { checkedServer, type Server } from '../model/server.js'
import type { Unfit } from './server-from-member.js'

/** Facts outside of a policy that decide on its candidates. */
export interface AdmissionContext {
  readonly serves: Serves
  /** Returns whether no other policy has a pool of this name. */
  isFree(pool: string): boolean
  readonly claims: RouteClaims
}

/** The pools of one policy, and the candidates that are left out. */
interface Draft {
  /** Admitted candidates by pool; a policy without `perTag` has one pool, even if it is empty. */
  readonly pools: ReadonlyMap<string, readonly FitCandidate[]>
  readonly quarantined: readonly Quarantined[]
}

/** Admits the candidates of one policy one by one, in their order of admission. */
export function draftPools(
  candidates: readonly Candidate[],
  policy: CheckedPool,
  { serves, isFree, claims }: AdmissionContext,
): Draft {
  const { name, perTag } = policy
  const pools = new Map<string, FitCandidate[]>(perTag === undefined ? [[name, []]] : [])
  const taken = new Map<string, string>()
  const quarantined = candidates.flatMap(one => unfitFinding(one) ?? [])
  for (const candidate of inAdmissionOrder(candidates.filter(isFit), serves)) {
    const { member, pool } = candidate
    const places = pools.get(pool)
    const error =
      (places ? undefined : poolError(pool, policy, pools.size, isFree)) ??
      repeatError(candidate, taken) ??
      ((places?.length ?? 0) < policy.maxServers ? undefined : noRoom(policy)) ??
      claims.claim(member, pool, policy)
    if (error) {
      quarantined.push(leftOut(candidate, error))
      continue
    }
    taken.set(`${pool} ${member.name}`, member.name)
    taken.set(`${pool} ${seatOf(candidate)}`, member.name)
    if (places) places.push(candidate)
    else pools.set(pool, [candidate])
  }
  return { pools, quarantined }
}

/** Returns the finding on a candidate that has no server; undefined if it has one. */
export function unfitFinding(candidate: Candidate): Quarantined | undefined {
  return 'reason' in candidate.server ? leftOut(candidate, candidate.server) : undefined
}

/** Returns the finding on a candidate that is left out. */
export function leftOut(
  { member, pool }: Pick<Candidate, 'member' | 'pool'>,
  { code, reason }: Unfit,
): Quarantined {
  return { member: member.name, pool, code, reason }
}

/** Returns the error of a candidate whose address and port another one has. */
export function seatError(seat: string, owner: string): Unfit {
  return { code: 'duplicate', reason: `its address ${seat} is already that of ${owner}` }
}

/** Returns the error of a candidate for which a pool has no room. */
export function noRoom({ maxServers }: CheckedPool): Unfit {
  return { code: 'full', reason: `the pool is full: maxServers is ${maxServers}` }
}

/** Returns the servers of a pool's candidates, with the weights of its canaries. */
export function weighedServers(
  places: readonly FitCandidate[],
  { canary }: CheckedPool,
): readonly Server[] {
  if (!canary) return places.map(({ server }) => server)
  const weighed = places.map(({ server, isCanary }) => ({ weight: server.weight, isCanary }))
  const weights = canaryWeights(weighed, canary.percent)
  return places.map(({ server }, i) => {
    const weight = weights[i] ?? server.weight
    return weight === server.weight ? server : checkedServer({ ...server, weight })
  })
}

function poolError(
  pool: string,
  { perTag, maxPools }: CheckedPool,
  pools: number,
  isFree: AdmissionContext['isFree'],
): Unfit | undefined {
  if (!isFree(pool)) return { code: 'duplicate', reason: `there is another pool ${pool}` }
  if (pools < maxPools) return undefined
  return { code: 'full', reason: `no more pools for the tag ${perTag}: maxPools is ${maxPools}` }
}

function repeatError(
  candidate: FitCandidate,
  taken: ReadonlyMap<string, string>,
): Unfit | undefined {
  const { pool, member } = candidate
  if (taken.has(`${pool} ${member.name}`))
    return { code: 'duplicate', reason: 'its name is there twice' }
  const seat = seatOf(candidate)
  const owner = taken.get(`${pool} ${seat}`)
  return owner === undefined ? undefined : seatError(seat, owner)
}
