import type { RunningServer } from 'haproxy-runtime'
import type { Facts } from './evaluate-member.js'
import type { Held } from '../state/agent-state.js'
import { noFlaps } from './flap-damping.js'
import type { GuardLimits } from './mass-change-guard.js'
import type { Memory, RememberedMember } from './member-memory.js'

type Members = Facts['membership']['members']

/**
 * The memory with those whom HAProxy runs and Serf tells of, as if they had
 * been admitted: an agent that was killed may have forgotten its newest members.
 */
export function adoptRunning(
  memory: Memory,
  members: Members,
  servers: readonly RunningServer[],
): Memory {
  const adopted = new Map(memory.members)
  for (const { name, pool } of servers) {
    const told = members.get(name)
    const known = adopted.get(name)
    if (!told || (known && known.pools.includes(pool))) continue
    const { address, tags } = known?.member ?? told
    const pools = [...(known?.pools ?? []), pool]
    const next: RememberedMember = {
      member: { name, address, tags },
      pools,
      isAdmitted: true,
      flapState: known?.flapState ?? noFlaps,
    }
    adopted.set(name, next)
  }
  return { ...memory, members: adopted }
}

/**
 * The removal of servers that run and of which Serf knows nothing, where there
 * are too many of them: an agent that remembers nothing, asking a Serf agent
 * that has just begun, would empty a pool that works. Undefined where so few
 * may simply go.
 */
export function holdUnknownServers(
  members: Members,
  servers: readonly RunningServer[],
  { maxLostShare }: Pick<GuardLimits, 'maxLostShare'>,
): Pick<Held, 'reason' | 'removals'> | undefined {
  const strangers = servers.filter(({ name }) => !members.has(name))
  if (strangers.length <= maxLostShare * servers.length) return undefined
  return {
    reason: `Serf tells of ${servers.length - strangers.length} of the ${servers.length} servers that HAProxy runs, and this agent remembers none`,
    removals: strangers.map(({ pool, name: member }) => ({ pool, member })),
  }
}
