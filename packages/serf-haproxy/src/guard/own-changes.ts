import { buildModel, type PoolMember } from 'haproxy-config-render'
import type { Configuration } from '../configuration/schema.js'
import type { Facts } from '../decision/evaluate-member.js'
import { incumbents, type Memory } from '../decision/member-memory.js'
import { proxyPolicy } from '../rendering/render-members.js'
import type { Renderer } from '../rendering/renderer.js'

/** Facts at the start of an agent, and the configuration that it starts with. */
export interface StartFacts {
  readonly facts: Facts
  readonly renderer: Pick<Renderer, 'configuration' | 'rules'>
}

/**
 * Finds the members that left a pool by a change of their own tags: the
 * configuration gives them traffic there with the tags that the memory has, and
 * not with those of now. A change of a tag that no setting reads, and a setting
 * that neither tags meet, are no doing of the member.
 */
export function ownChanges(
  memory: Memory,
  { facts, renderer: { configuration, rules } }: StartFacts,
): (pool: string, name: string) => boolean {
  // The memory has the tags that a policy gave: they are no sign of a change.
  if (rules.userPolicy) return () => false
  const { members: reported } = facts.membership
  const known = [...memory.members.values()].map(({ member }) => member)
  const changed = new Map(
    known.flatMap(({ name, tags }) => {
      const now = reported.get(name)
      return now && hasOtherTags(tags, now.tags) ? [[name, now.tags] as const] : []
    }),
  )
  if (changed.size === 0) return () => false
  const present = known.map(member => ({
    ...member,
    tags: changed.get(member.name) ?? member.tags,
  }))
  const before = placesOf(known, configuration, memory)
  const after = placesOf(present, configuration, memory)
  return (pool, name) =>
    changed.has(name) && before.has(`${pool}/${name}`) && !after.has(`${pool}/${name}`)
}

/** Returns the servers that get traffic, as `pool/name`. */
function placesOf(
  members: readonly PoolMember[],
  configuration: Configuration,
  memory: Memory,
): ReadonlySet<string> {
  const policy = proxyPolicy(configuration)
  const { model } = buildModel(members, policy, { incumbents: incumbents(memory) })
  return new Set(
    model.pools.flatMap(({ name: pool, servers }) =>
      servers.filter(({ weight }) => weight > 0).map(({ name }) => `${pool}/${name}`),
    ),
  )
}

type Tags = Readonly<Record<string, string>>

function hasOtherTags(before: Tags, after: Tags): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].some(name => before[name] !== after[name])
}
