import type { RunningServer } from 'haproxy-runtime'
import type { ServingServers } from '../decision/configuration-guard.js'
import type { Facts, Rules } from '../decision/evaluate-member.js'
import type { Memory } from '../decision/member-memory.js'

/** Facts at the start of an agent, and the rules that it starts with. */
export interface StartFacts {
  readonly facts: Facts
  readonly rules: Rules
}

/**
 * Returns the servers that get traffic when an agent starts: those that HAProxy
 * runs or, if it cannot be asked, those of the memory. A member that changed its
 * own tags since then is left out: no edit of the configuration moves it.
 */
export function servingAtStart(
  servers: readonly RunningServer[] | undefined,
  { members: known }: Memory,
  { facts, rules }: StartFacts,
): ServingServers {
  const serving = new Map<string, Set<string>>()
  const { members } = facts.membership
  // The memory has the tags that a policy gave: they are no sign of a change.
  const isChanged = (name: string) =>
    !rules.userPolicy && hasOtherTags(known.get(name)?.member.tags, members.get(name)?.tags)
  const add = (pool: string, name: string) => {
    if (!isChanged(name)) serving.set(pool, (serving.get(pool) ?? new Set()).add(name))
  }
  for (const { pool, name, weight, admin } of servers ?? remembered(known))
    if (weight > 0 && admin === 'ready') add(pool, name)
  return serving
}

type Serving = Pick<RunningServer, 'pool' | 'name' | 'weight' | 'admin'>

function remembered(known: Memory['members']): readonly Serving[] {
  return [...known].flatMap(([name, { pools, isAdmitted, isDraining }]) =>
    isAdmitted
      ? pools.map(pool => ({ pool, name, weight: isDraining ? 0 : 1, admin: 'ready' as const }))
      : [],
  )
}

type Tags = Readonly<Record<string, string>>

function hasOtherTags(before: Tags | undefined, after: Tags | undefined): boolean {
  if (!before || !after) return false
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].some(name => before[name] !== after[name])
}
