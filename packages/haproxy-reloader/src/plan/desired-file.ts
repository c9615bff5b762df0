/** A file that the configuration names, such as a map; written next to it. */
export interface DesiredFile {
  /** Absolute path, as the configuration names it. */
  readonly path: string
  /** Content that the file shall have. */
  readonly text: string
  /** The way in which a running HAProxy takes another content: as a `map` or `acl` at run time, in one transaction, or by a `reload`. */
  readonly use: 'map' | 'acl' | 'reload'
}

/** Returns whether two lists have the same files with the same content, in any order. */
export function isSameFiles(
  a: readonly DesiredFile[] = [],
  b: readonly DesiredFile[] = [],
): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  const known = new Map(a.map(file => [file.path, file]))
  return b.every(file => {
    const other = known.get(file.path)
    return other?.use === file.use && other.text === file.text
  })
}
