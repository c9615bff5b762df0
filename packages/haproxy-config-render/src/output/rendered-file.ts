import type { Quarantined } from '../model/quarantined.js'

/** A further file that HAProxy reads, next to its configuration. */
export interface RenderedFile {
  /** Absolute path, as the configuration names it. */
  readonly path: string
  /** Content of the file. */
  readonly text: string
  /** The way in which a running HAProxy takes another content: as a `map` or `acl` at run time, or by a `reload`. */
  readonly use: 'map' | 'acl' | 'reload'
  /** Pools with servers that the file's template reads. */
  readonly pools: readonly string[]
}

/** The files of one model, and the members that their templates cannot print. */
export interface RenderedFiles {
  /** The same array while no file has changed. */
  readonly files: readonly RenderedFile[]
  /** Findings with the file's path in the place of the pool. */
  readonly quarantined: readonly Quarantined[]
}
