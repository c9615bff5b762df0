import type { RunningServer } from 'haproxy-runtime'
import type { DesiredPool, DesiredServer } from './desired-state.js'
import type { ServerOperation } from './operation.js'
import {
  hasOtherOptions,
  reasonAgainstAdding,
  reasonAgainstReplacing,
  type OptionFacts,
} from './option-difference.js'
import type { ReloadReason } from './reload-trigger.js'
import { serverId } from '../servers/server-id.js'
import { addChanges } from './server-steps.js'
import { optionsDiffer, type ServerDifference } from './text-difference.js'

/** Adds the operations for desired servers of a pool. Returns a reason if only a reload can do it. */
export function addPoolSteps(
  operations: ServerOperation[],
  { pool, servers }: { readonly pool: DesiredPool; readonly servers: readonly DesiredServer[] },
  present: ReadonlyMap<string, RunningServer>,
  { running, difference, suspects }: PoolFacts,
): ReloadReason | undefined {
  const inherited = running.inherited?.get(pool.name)
  for (const server of servers) {
    const now = present.get(server.name)
    const suspect = suspects?.has(server.name) ? now : undefined
    if (suspect && isTwice(server.name, pool)) return twoOfOneName(suspect)
    if (now && !(suspect && hasOtherOptions(server, suspect, running, difference))) {
      const isLimited = difference.limited.has(serverId({ pool: pool.name, name: server.name }))
      if (isLimited && inherited?.includes('minconn')) return optionsDiffer(serverId(now))
      if (isLimited) operations.push({ kind: 'set-maxconn', pool: pool.name, server })
      addChanges(operations, pool.name, server, now, inherited)
      continue
    }
    const reason =
      reasonAgainstAdding(pool.name, server, difference) ??
      (now && reasonAgainstReplacing(now, running))
    if (reason) return reason
    operations.push({ kind: now ? 'replace' : 'add', pool: pool.name, server })
  }
  return undefined
}

/** The facts that decide the steps of one pool. */
export interface PoolFacts {
  readonly running: OptionFacts & {
    /** The options that the servers of each pool inherit. */
    readonly inherited?: ReadonlyMap<string, string> | undefined
  }
  readonly difference: ServerDifference
  /** Names of its servers that may have other options than their lines. */
  readonly suspects: ReadonlySet<string> | undefined
}

/** A line that was added under the name of a running server is an error that the check reports. */
function isTwice(name: string, { servers }: DesiredPool): boolean {
  return servers.filter(server => server.name === name).length > 1
}

function twoOfOneName(server: RunningServer): ReloadReason {
  return { trigger: 'text', reason: `the pools have two servers ${serverId(server)}` }
}
