/** A file of a tree: its content and permissions. */
export interface TreeFile {
  /** Content as text. */
  readonly content: string
  /** The content where it is no UTF-8; `content` then shows as much of it as can be shown. */
  readonly bytes?: Uint8Array
  /** Permission bits, as in `0o755`. */
  readonly mode: number
}

/**
 * Files by their path below the root, in the order of the paths. An empty
 * folder is a path that ends with a slash.
 */
export type FileTree = ReadonlyMap<string, TreeFile>

/** Some files of a tree. */
export type Files = readonly (readonly [string, TreeFile])[]

/** A file with one value. */
export function value(content: string | number): TreeFile {
  return { content: `${content}\n`, mode: 0o644 }
}

/** An empty file whose presence is the information. */
export const marker: TreeFile = { content: '', mode: 0o644 }

/** Files, in a folder. */
export function below(folder: string, files: Files): Files {
  return files.map(([path, file]) => [`${folder}/${path}`, file])
}
