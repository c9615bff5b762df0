/** A file that the configuration names, such as a map; written next to it. */
export interface DesiredFile {
  /** Absolute path, as the configuration names it. */
  readonly path: string
  readonly text: string
  /** How a running HAProxy takes another content: as a `map` or `acl` at run time, in one transaction, or by a `reload`. */
  readonly use: 'map' | 'acl' | 'reload'
}
