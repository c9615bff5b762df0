import type { RunningServer } from 'haproxy-runtime'
import { VersionedMap } from 'versioned-map'
import type { Facts } from './evaluate-member.js'
import type { Held } from '../state/agent-state.js'
import { noFlaps } from './flap-damping.js'
import type { GuardLimits } from './mass-change-guard.js'
import { plural } from 'command-line-program'
import type { Memory, RememberedMember } from './member-memory.js'

type Members = Facts['membership']['members']

/**
 * Adds the running servers that are members in Serf to the memory, as if they
 * had been admitted: an agent that was killed may have lost its newest members.
 */
export function adoptRunning(
  memory: Memory,
  members: Members,
  servers: readonly RunningServer[],
): Memory {
  const adopted = new Map<string, RememberedMember>()
  for (const { name, pool, weight } of servers) {
    const reported = members.get(name)
    const known = adopted.get(name) ?? memory.members.get(name)
    if (!reported || (known && known.pools.includes(pool))) continue
    const { address, tags } = known?.member ?? reported
    const pools = [...(known?.pools ?? []), pool]
    const next: RememberedMember = {
      member: { name, address, tags },
      pools,
      isAdmitted: true,
      ...((known?.isDraining ?? weight === 0) && { isDraining: true }),
      flapState: known?.flapState ?? noFlaps,
    }
    adopted.set(name, next)
  }
  return { ...memory, members: VersionedMap.of(memory.members).with(adopted) }
}

/**
 * Holds the removal of running servers that Serf does not know, if there are
 * more of them than `maxLostShare` allows. An agent without a memory, next to a
 * Serf agent that has just started, would otherwise empty a working pool.
 * Returns undefined if the servers may be removed.
 *
 * @param servers - without those that the template itself has, which stay in any case
 */
export function holdUnknownServers(
  members: Members,
  servers: readonly RunningServer[],
  { maxLostShare }: Pick<GuardLimits, 'maxLostShare'>,
): Pick<Held, 'reason' | 'removals'> | undefined {
  const unknown = servers.filter(({ name }) => !members.has(name))
  if (unknown.length <= maxLostShare * servers.length) return undefined
  const running = plural(servers.length, 'server')
  return {
    reason: `Serf knows ${servers.length - unknown.length} of the ${running} that HAProxy runs, and this agent has no memory of any`,
    removals: unknown.map(({ pool, name: member }) => ({ pool, member })),
  }
}
