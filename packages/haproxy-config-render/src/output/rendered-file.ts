/** A file beside the configuration that HAProxy reads. */
export interface RenderedFile {
  /** Absolute path, as the configuration names it. */
  readonly path: string
  readonly text: string
  /** How a running HAProxy takes another content: as a `map` or `acl` at run time, or by a `reload`. */
  readonly use: 'map' | 'acl' | 'reload'
  /** Pools with servers that the file's template reads. */
  readonly pools: readonly string[]
}
