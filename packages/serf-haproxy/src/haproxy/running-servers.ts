import { HaproxyError, type RunningServer, type RuntimeClient } from 'haproxy-runtime'
import type { Facts } from '../decision/evaluate-member.js'
import type { Memory } from '../decision/member-memory.js'
import type { Configuration } from '../configuration/schema.js'

/** HAProxy's servers by name; one in several pools is up where any finds it up. */
export function byName(servers: readonly RunningServer[]): NonNullable<Facts['servers']> {
  const found = new Map<string, { readonly health: 'up' | 'down' }>()
  for (const server of servers) {
    if (found.get(server.name)?.health !== 'up') found.set(server.name, server)
  }
  return found
}

/** The pools that are HAProxy's business: those of the configuration, and those that were made of tags. */
export function poolNames(
  { configuration }: { readonly configuration: Configuration },
  memory: Memory,
): string[] {
  const fixed = configuration.pools.flatMap(({ name, perTag }) =>
    perTag === undefined ? name : [],
  )
  const made = [...memory.members.values()].flatMap(({ pools }) => pools)
  return [...new Set([...fixed, ...made])]
}

/** The servers of these pools as HAProxy has them now; undefined where it is away. */
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
    // One of them is not there; the others may well be.
    const [first] = pools
    if (pools.length < 2 || first === undefined) return []
    const each = await Promise.all(pools.map(pool => runningServers({ runtime }, [pool], signal)))
    return each.every(found => found !== undefined) ? each.flat() : undefined
  }
}
