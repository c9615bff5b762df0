import { HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { Facts } from '../decision/evaluate-member.js'
import type { Memory } from '../decision/member-memory.js'
import type { Configuration } from '../configuration/schema.js'

/**
 * Returns HAProxy's servers by name; a server in several pools is up if it is up
 * in any of them, and it is proven in those that it answers in.
 */
export function byName(servers: readonly RunningServer[]): NonNullable<Facts['servers']> {
  const found = new Map<string, { health: 'up' | 'down'; provenIn: readonly string[] }>()
  for (const server of servers) {
    const { health = 'down', provenIn = [] } = found.get(server.name) ?? {}
    found.set(server.name, {
      health: health === 'up' ? health : server.health,
      provenIn: isProven(server) ? [...provenIn, server.pool] : provenIn,
    })
  }
  return found
}

/** Returns whether a server gets traffic, and its last check succeeded. */
function isProven({ health, admin, weight, checked, lastCheck }: RunningServer): boolean {
  return health === 'up' && admin === 'ready' && weight > 0 && (!checked || lastCheck === 'passed')
}

/** Returns the names of all pools: those of the configuration, and those made of tags. */
export function poolNames(
  { configuration }: { readonly configuration: Configuration },
  memory: Memory,
): string[] {
  const fixed = configuration.pools.flatMap(({ name, perTag }) =>
    perTag === undefined ? name : [],
  )
  const known = [...memory.members.values()].flatMap(({ pools }) => pools)
  return [...new Set([...fixed, ...known])]
}

/** Reads the servers of these pools from HAProxy; undefined if it is unreachable. */
export async function runningServers(
  { runtime }: { readonly runtime: RuntimeClient },
  pools: readonly string[],
  signal: AbortSignal,
): Promise<RunningServer[] | undefined> {
  try {
    return await runtime.servers(pools, { signal })
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
    if (error.code !== 'refused') return undefined
    // One of the pools does not exist; the others may.
    const [first] = pools
    if (pools.length < 2 || first === undefined) return []
    const each = await Promise.all(pools.map(pool => runningServers({ runtime }, [pool], signal)))
    return each.every(servers => servers !== undefined) ? each.flat() : undefined
  }
}

/**
 * Reads the servers of all backends from HAProxy, except of disabled ones;
 * undefined if it is unreachable. This is expensive if there are many servers.
 */
export async function allRunningServers(
  { runtime }: { readonly runtime: RuntimeClient },
  signal: AbortSignal,
): Promise<RunningServer[] | undefined> {
  try {
    const statistics = await runtime.statistics({ signal })
    const pools = new Set(statistics.map(({ pool }) => pool))
    return await runningServers({ runtime }, [...pools], signal)
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
}
