/** A file of a tree: what is in it, and its permissions. */
export interface TreeFile {
  readonly content: string
  /** Permission bits, as in `0o755`. */
  readonly mode: number
}

/** Files by their path below the root, in the order of the paths. */
export type FileTree = ReadonlyMap<string, TreeFile>

/** A script that can be executed. */
export function script(content: string): TreeFile {
  return { content: `#!/bin/sh\n${content.trimEnd()}\n`, mode: 0o755 }
}

/** A file of one value. */
export function value(content: string | number): TreeFile {
  return { content: `${content}\n`, mode: 0o644 }
}
