import type { Quarantined } from 'haproxy-config-render'
import { VersionedMap } from 'versioned-map'
import { poolsByMember } from '../decision/pools-by-member.js'
import { printedPools, unprintedPools } from './printed-servers.js'
import type { Rendering } from './renderer.js'

/** The places of the members in a rendering. */
export interface Placement {
  /** The pools with a printed server of the member, by member name. */
  readonly pools: VersionedMap<string, readonly string[]>
  /** The finding on each member that is left out of a pool, by member name. */
  readonly findings: VersionedMap<string, Quarantined>
  /** The pools of each member that the template prints nowhere, by member name. */
  readonly lost: VersionedMap<string, readonly string[]>
  /** Pools that the template prints nowhere. */
  readonly unprinted: readonly string[]
}

/** Returns the places of all members in a rendering. */
export function placementOf(
  rendering: Pick<Rendering, 'model' | 'rendered' | 'quarantined'>,
): Placement {
  const { model, quarantined } = rendering
  const unprinted = unprintedPools(rendering)
  const isUnprinted = new Set(unprinted)
  const lost = poolsByMember(model.pools.filter(({ name }) => isUnprinted.has(name)))
  return {
    pools: VersionedMap.of(poolsByMember(printedPools(rendering))),
    findings: VersionedMap.of(quarantined.map(each => [each.member, each] as const)),
    lost: VersionedMap.of(lost),
    unprinted,
  }
}
