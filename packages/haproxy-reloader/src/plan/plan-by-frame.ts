import type { DesiredServer, DesiredState } from './desired-state.js'
import { changedServers } from './changed-servers.js'
import { frameFacts, needsText, type FrameFacts } from './frame-facts.js'
import { reloadPlan, stepsTo, type PlannedSteps, type RunningState, type Scope } from './plan.js'
import { splitWords } from 'haproxy-config-text'
import { serverId } from './server-id.js'
import { comparableOptions } from './server-lines.js'
import {
  noDifference,
  optionsDiffer,
  referenceToDropped,
  type TextDifference,
} from './text-difference.js'

/** The state that HAProxy was brought to, which differs from it in departing servers only. */
export interface BroughtState {
  readonly desired: DesiredState
  /** Names of the servers that are not desired, by pool. */
  readonly departing: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * Returns the plan that the comparison of the texts would give, in the time of
 * the change; undefined if the texts have to be compared.
 *
 * @param running - the running servers, of which those that are desired by
 * `from` are as it has them
 */
export function planByFrame(
  running: Omit<RunningState, 'text'>,
  from: BroughtState,
  desired: DesiredState,
): (PlannedSteps & { readonly isSameText: boolean }) | undefined {
  const facts = frameFacts(from.desired)
  if (!facts || facts.isComparedByText || from.desired.frame !== desired.frame) return undefined
  const changes = changesOf(from.desired, desired, facts, running.unmanaged)
  if (!changes) return undefined
  if ('reload' in changes.difference)
    return {
      plan: reloadPlan(changes.difference.reload),
      difference: noDifference,
      isSameText: false,
    }
  const scope = { changed: changes.changed, departing: departingWith(from, changes.dropped) }
  const plan = stepsTo(running, desired, changes.difference, scope)
  return { plan, difference: changes.difference, isSameText: changes.changed.size === 0 }
}

interface Changes {
  readonly difference: TextDifference
  readonly changed: Scope['changed']
  /** Names of the servers that are desired no more, by pool. */
  readonly dropped: ReadonlyMap<string, ReadonlySet<string>>
}

/** Returns how the pools of two states of a frame differ; undefined if the texts have to be compared. */
function changesOf(
  from: DesiredState,
  to: DesiredState,
  facts: FrameFacts,
  unmanaged: ReadonlySet<string> = new Set(),
): Changes | undefined {
  const changed = new Map<string, readonly DesiredServer[]>()
  const dropped = new Map<string, ReadonlySet<string>>()
  const added = new Map<string, string>()
  const left = new Map<string, string>()
  if (from.pools.length !== to.pools.length) return undefined
  for (const [i, { name: pool, servers }] of to.pools.entries()) {
    const old = from.pools[i]
    if (old?.name !== pool) return undefined
    if (isSameList(old.servers, servers)) continue
    // The first server of a pool decides what the pool inherits.
    if ((old.servers.length === 0) !== (servers.length === 0)) return undefined
    const { before, after } = changedServers(old.servers, servers)
    const gone = new Map(before.map(server => [server.name, server]))
    const isTwice = gone.size < before.length || hasTwice(after)
    const names = [...before, ...after].map(({ name }) => serverId({ pool, name }))
    if (isTwice || names.some(id => unmanaged.has(id))) return undefined
    if (after.some(needsText)) {
      facts.isComparedByText = true
      return undefined
    }
    for (const server of after) {
      const id = serverId({ pool, name: server.name })
      const known = gone.get(server.name)
      gone.delete(server.name)
      if (!known) added.set(id, lineOptions(server))
      else if (lineOptions(known) !== lineOptions(server))
        return { difference: { reload: optionsDiffer(id) }, changed, dropped }
    }
    for (const server of gone.values())
      left.set(serverId({ pool, name: server.name }), lineOptions(server))
    changed.set(pool, after)
    dropped.set(pool, new Set(gone.keys()))
  }
  const difference = { added, dropped: left }
  const reload = referenceToDropped(facts.references, difference)
  return { difference: reload ? { reload } : difference, changed, dropped }
}

function isSameList(a: readonly DesiredServer[], b: readonly DesiredServer[]): boolean {
  return a === b || (a.length === b.length && a.every((server, i) => server === b[i]))
}

function hasTwice(servers: readonly DesiredServer[]): boolean {
  return new Set(servers.map(({ name }) => name)).size < servers.length
}

function lineOptions({ weight, options }: DesiredServer): string {
  return comparableOptions(splitWords(`weight ${weight} ${options}`))
}

/** Returns the names of all departing servers, by pool. */
function departingWith(
  { departing }: BroughtState,
  dropped: ReadonlyMap<string, ReadonlySet<string>>,
): Scope['departing'] {
  if (dropped.size === 0) return departing
  const all = new Map(departing)
  for (const [pool, names] of dropped) all.set(pool, new Set([...(all.get(pool) ?? []), ...names]))
  return all
}
