import { splitWords } from 'haproxy-config-text'
import { changedServers, type ChangedServers } from '../servers/changed-servers.js'
import type { DesiredPool, DesiredServer, DesiredState } from './desired-state.js'
import { frameFacts, needsText, type FrameFacts } from './frame-facts.js'
import { reloadPlan, stepsTo, type PlannedSteps, type RunningState, type Scope } from './plan.js'
import type { ReloadReason } from './reload-trigger.js'
import { serverId } from '../servers/server-id.js'
import { comparableOptions, isOtherLimit } from './server-lines.js'
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
  const scope = { changed: changes.changed, departing: departingAfter(from, changes) }
  const plan = stepsTo(running, desired, changes.difference, scope)
  return { plan, difference: changes.difference, isSameText: changes.isSameText }
}

interface Changes {
  readonly difference: TextDifference
  readonly changed: Scope['changed']
  /** Names of the servers that are desired no more, by pool. */
  readonly dropped: ReadonlyMap<string, ReadonlySet<string>>
  readonly isSameText: boolean
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
  const lines: ChangedLines = { added: new Map(), dropped: new Map(), limited: new Set() }
  let isSameText = true
  if (from.pools.length !== to.pools.length) return undefined
  for (const [i, pool] of to.pools.entries()) {
    const old = from.pools[i]
    if (old?.name !== pool.name) return undefined
    if (old.servers === pool.servers || isSameList(old.servers, pool.servers)) continue
    isSameText = false
    const shared = changedServers(old.servers, pool.servers)
    if (!isJudgedWithoutText(old, pool, shared, unmanaged)) return undefined
    if (shared.after.some(needsText)) {
      facts.isComparedByText = true
      return undefined
    }
    const { touched, gone, reload } = linesOfPool(pool.name, shared, lines)
    if (reload) return { difference: { reload }, changed, dropped, isSameText }
    if (touched.length > 0 || gone.size > 0) changed.set(pool.name, touched)
    if (gone.size > 0) dropped.set(pool.name, gone)
  }
  const reload = referenceToDropped(facts.references, lines)
  return { difference: reload ? { reload } : lines, changed, dropped, isSameText }
}

/** Returns whether the changes of a pool say everything about its lines. */
function isJudgedWithoutText(
  old: DesiredPool,
  { name: pool, servers }: DesiredPool,
  { before, after }: ChangedServers<DesiredServer>,
  unmanaged: ReadonlySet<string>,
): boolean {
  // The first server of a pool decides what the pool inherits.
  if ((old.servers.length === 0) !== (servers.length === 0)) return false
  if (hasTwice(before) || hasTwice(after)) return false
  return ![...before, ...after].some(({ name }) => unmanaged.has(serverId({ pool, name })))
}

/** The {@link ServerDifference} that is being computed. */
interface ChangedLines {
  readonly added: Map<string, string>
  readonly dropped: Map<string, string>
  readonly limited: Set<string>
}

/** Adds the lines that a pool gets and loses; `gone` are the names that it loses. */
function linesOfPool(
  pool: string,
  { before, after }: ChangedServers<DesiredServer>,
  lines: ChangedLines,
): {
  readonly touched: readonly DesiredServer[]
  readonly gone: ReadonlySet<string>
  readonly reload?: ReloadReason
} {
  const gone = new Map(before.map(server => [server.name, server]))
  const touched: DesiredServer[] = []
  for (const server of after) {
    const id = serverId({ pool, name: server.name })
    const known = gone.get(server.name)
    gone.delete(server.name)
    if (known && isSameServer(known, server)) continue
    touched.push(server)
    const options = lineOptions(server)
    const before = known && lineOptions(known)
    if (before === undefined) lines.added.set(id, options)
    else if (isOtherLimit(before, options)) lines.limited.add(id)
    else if (before !== options) return { touched, gone: new Set(), reload: optionsDiffer(id) }
  }
  for (const server of gone.values())
    lines.dropped.set(serverId({ pool, name: server.name }), lineOptions(server))
  return { touched, gone: new Set(gone.keys()) }
}

/** Returns whether two lists have the same lines. */
function isSameList(a: readonly DesiredServer[], b: readonly DesiredServer[]): boolean {
  return a.length === b.length && a.every((server, i) => isSameServer(server, b[i]))
}

function isSameServer(a: DesiredServer, b: DesiredServer | undefined): boolean {
  if (a === b) return true
  return (
    a.name === b?.name &&
    a.address === b.address &&
    a.port === b.port &&
    a.weight === b.weight &&
    a.options === b.options
  )
}

function hasTwice(servers: readonly DesiredServer[]): boolean {
  return new Set(servers.map(({ name }) => name)).size < servers.length
}

function lineOptions({ weight, options }: DesiredServer): string {
  return comparableOptions(splitWords(`weight ${weight} ${options}`))
}

/** Returns the names of all departing servers after the changes, by pool. */
function departingAfter(
  { departing }: BroughtState,
  { changed, dropped }: Changes,
): Scope['departing'] {
  const after = new Map(departing)
  for (const [pool, servers] of changed) {
    const names = new Set([...(after.get(pool) ?? []), ...(dropped.get(pool) ?? [])])
    for (const { name } of servers) names.delete(name)
    after.set(pool, names)
  }
  return after
}
