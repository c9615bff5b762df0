import { withPlaces, type Memory } from '../src/decision/member-memory.js'
import { poolsByMember, type PoolServers } from '../src/decision/pools-by-member.js'

/** Returns the memory with the pools that the admitted members are in now. */
export function withPools(memory: Memory, pools: readonly PoolServers[]): Memory {
  return withPlaces(memory, poolsByMember(pools))
}
