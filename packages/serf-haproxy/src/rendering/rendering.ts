import type { PoolMember, ProxyModel, Quarantined, Rendered } from 'haproxy-config-render'
import type { VersionedMap } from 'versioned-map'

/** A configuration for HAProxy, and the members that are left out. */
export interface RenderedMembers {
  /** Model of the members. */
  readonly model: ProxyModel
  /** Text and lines of the model. */
  readonly rendered: Rendered
  /** Members that are left out, with the reason. */
  readonly quarantined: readonly Quarantined[]
}

/** The places of the members in a rendering. */
export interface Placement {
  /** The pools with a printed server of the member, by member name. */
  readonly pools: VersionedMap<string, readonly string[]>
  /** The finding on each member that is left out of a pool, by member name. */
  readonly findings: VersionedMap<string, Quarantined>
  /** The pools of each member that the template prints nowhere, by member name. */
  readonly lost: VersionedMap<string, readonly string[]>
  /** The pools of each member that only a file next to the configuration prints, by member name. */
  readonly listed: VersionedMap<string, readonly string[]>
  /** Pools that the template prints nowhere. The same array while it is equal. */
  readonly unprinted: readonly string[]
}

/** A configuration for HAProxy, with the members in it and their places. */
export interface Rendering extends RenderedMembers {
  /** The members that were rendered, by name. */
  readonly members: ReadonlyMap<string, PoolMember>
  /** Places of the members. */
  readonly placement: Placement
}
