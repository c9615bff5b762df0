import { readFileSync } from 'node:fs'
import type { RunningServer } from 'haproxy-runtime'
import type { ServingServers } from '../decision/configuration-guard.js'
import type { Memory } from '../decision/member-memory.js'
import { ownChanges, type StartFacts } from './own-changes.js'
import { sectionNames } from './section-names.js'

/**
 * Returns the servers that get traffic when an agent starts: those that HAProxy
 * runs or, if it cannot be asked, those of the memory. A member that left a pool
 * by a change of its own tags since then is left out of that pool. The pools of
 * HAProxy's file are there also if they are empty: they are not new.
 */
export function servingAtStart(
  servers: readonly RunningServer[] | undefined,
  memory: Memory,
  start: StartFacts,
): ServingServers {
  const { configFile } = start.renderer.configuration.haproxy
  const serving = new Map([...poolsOfFile(configFile)].map(pool => [pool, new Set<string>()]))
  const isOwnChange = ownChanges(memory, start)
  const add = (pool: string, name: string) => {
    if (!isOwnChange(pool, name)) serving.set(pool, (serving.get(pool) ?? new Set()).add(name))
  }
  for (const { pool, name, weight, admin } of servers ?? remembered(memory.members))
    if (weight > 0 && admin === 'ready') add(pool, name)
  return serving
}

function poolsOfFile(path: string): ReadonlySet<string> {
  try {
    return sectionNames(readFileSync(path, 'utf8'))
  } catch {
    // Without the file every pool may be new; the guard then holds more, not less.
    return new Set()
  }
}

type Serving = Pick<RunningServer, 'pool' | 'name' | 'weight' | 'admin'>

function remembered(known: Memory['members']): readonly Serving[] {
  return [...known].flatMap(([name, { pools, isAdmitted, isDraining }]) =>
    isAdmitted
      ? pools.map(pool => ({ pool, name, weight: isDraining ? 0 : 1, admin: 'ready' as const }))
      : [],
  )
}
