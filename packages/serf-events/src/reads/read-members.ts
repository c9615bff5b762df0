import type { MemberFilter, SerfClient } from 'node-serf-client'
import { mergeAll, mergeNamed, type Members, type NamedMerge } from './merge-members.js'
import { nameExpression } from './name-expression.js'

/** Returns true if members can be read by name: names cannot be combined with a filter by name. */
export function canReadNames(filter: MemberFilter | undefined): boolean {
  return filter?.name === undefined
}

/**
 * Asks the agent for these members, or for all, and returns the known members
 * with the reply.
 *
 * With a filter, a member that is missing in the reply does not match it, so it
 * is removed. Without a filter, it is removed only if it may be gone.
 *
 * @param names - names to ask for, with true for a member that may be gone
 */
export async function readMembers(
  client: Pick<SerfClient, 'members'>,
  filter: MemberFilter | undefined,
  known: Members,
  names: ReadonlyMap<string, boolean> | undefined,
  signal: AbortSignal,
): Promise<NamedMerge> {
  if (!names) {
    const list = await client.members(filter, { signal })
    return { members: mergeAll(known, list), isDoubtful: false }
  }
  const list = await client.members(
    { ...filter, name: nameExpression([...names.keys()]) },
    { signal },
  )
  const mayBeGone = filter ? new Map([...names].map(([name]) => [name, true])) : names
  return mergeNamed(known, mayBeGone, list)
}
