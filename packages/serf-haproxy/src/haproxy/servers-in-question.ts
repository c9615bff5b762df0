import type { Reloader } from 'haproxy-reloader'
import type { RunningServer, RuntimeClient } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import type { Facts } from '../decision/evaluate-member.js'
import type { Memory } from '../decision/member-memory.js'
import { byName, poolNames, runningServers } from './running-servers.js'

/** Most members that are asked for by name; of more all servers are read. */
const mostNames = 100

/** The parts of a pipeline that read HAProxy. */
interface ReadHaproxy {
  readonly configuration: Configuration
  readonly runtime: RuntimeClient
  readonly reloader: Pick<Reloader, 'look'>
}

/**
 * Reads the servers of the members in question, and some others of their pools.
 * All servers are read instead if one of these is missing, or if none of the
 * others is proven: the decision may then depend on any server. Undefined if
 * HAProxy does not answer.
 */
export async function serversInQuestion(
  pipeline: ReadHaproxy,
  memory: Memory,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Facts['servers']> {
  const asked = new Set(names)
  if (asked.size <= mostNames) {
    const found = await pipeline.reloader.look(asked, { signal })
    if (found && isEnough(found, asked, memory)) return byName(found)
  }
  const all = await runningServers(pipeline, poolNames(pipeline, memory), signal)
  return all && byName(all)
}

/** Returns whether each asked server is there and, if it is up, its pool has another one that is proven. */
function isEnough(
  found: readonly RunningServer[],
  asked: ReadonlySet<string>,
  { members }: Memory,
): boolean {
  const ids = new Set(found.map(({ pool, name }) => `${pool}/${name}`))
  const servers = byName(found)
  const proven = new Set(
    [...servers].flatMap(([name, { provenIn = [] }]) => (asked.has(name) ? [] : provenIn)),
  )
  return [...asked].every(name => {
    const pools = members.get(name)?.pools ?? []
    const isUp = servers.get(name)?.health === 'up'
    return pools.every(pool => ids.has(`${pool}/${name}`) && (!isUp || proven.has(pool)))
  })
}
