import { buildModel } from '../../src/pools/build-model.js'
import type { PoolPolicy } from '../../src/pools/pool-policy.js'
import type { PoolMember } from '../../src/pools/server-from-member.js'

export const web: PoolPolicy = { name: 'app', role: 'web', port: 80 }
const frontend = { name: 'web', bind: { address: '0.0.0.0', port: 80 } }

/** Numbers the members of a test, so that no two have one address. */
let last = 0
export function member(name: string, rest: Partial<PoolMember> = {}): PoolMember {
  last = (last + 1) % 250
  return { name, address: `10.0.0.${last + 1}`, tags: { role: 'web' }, ...rest }
}

export function modelOf(
  members: Iterable<PoolMember>,
  pools: readonly PoolPolicy[],
  options: Parameters<typeof buildModel>[2] = {},
) {
  const policy = { runtimeSocket: '/run/x.sock', frontends: [frontend], pools }
  return buildModel(members, policy, options)
}

/** The servers of the first pool. */
export const serversOf = (members: Iterable<PoolMember>, policy = web) =>
  modelOf(members, [policy]).model.pools[0]?.servers ?? []
