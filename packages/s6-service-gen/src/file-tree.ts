/** A file of a tree: what is in it, and its permissions. */
export interface TreeFile {
  readonly content: string
  /** Permission bits, as in `0o755`. */
  readonly mode: number
}

/**
 * Files by their path below the root, in the order of the paths. An empty
 * folder is a path that ends with a slash.
 */
export type FileTree = ReadonlyMap<string, TreeFile>

/** Some files of a tree that is being made. */
export type Files = readonly (readonly [string, TreeFile])[]

/** A file of one value. */
export function value(content: string | number): TreeFile {
  return { content: `${content}\n`, mode: 0o644 }
}

/** A file that says all by being there. */
export const marker: TreeFile = { content: '', mode: 0o644 }

/** Files, in a folder. */
export function below(folder: string, files: Files): Files {
  return files.map(([path, file]) => [`${folder}/${path}`, file])
}
