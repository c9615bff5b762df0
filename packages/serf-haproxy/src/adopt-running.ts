import type { RunningServer } from 'haproxy-runtime'
import type { Facts } from './member-look.js'
import { calm } from './flap-damping.js'
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
      unrest: known?.unrest ?? calm,
    }
    adopted.set(name, next)
  }
  return { ...memory, members: adopted }
}

/**
 * Servers that run, and of which neither Serf nor the memory knows anything.
 * Where there are many of them an agent that remembers nothing, asking a Serf
 * agent that has just begun, would empty a pool that works.
 */
export function strangers(
  memory: Memory,
  members: Members,
  servers: readonly RunningServer[],
): readonly RunningServer[] {
  return servers.filter(({ name }) => !memory.members.has(name) && !members.has(name))
}
