import { unwatchFile, watchFile } from 'node:fs'

/** How often the files are looked at: by their times, which every way of writing changes. */
const intervalMs = 1000

/**
 * Tells of each change to some files, also where they are replaced, or links.
 *
 * @returns what ends it
 */
export function watchFiles(files: readonly string[], onChange: () => unknown): () => void {
  const listener = () => void onChange()
  for (const file of files) watchFile(file, { interval: intervalMs, persistent: false }, listener)
  return () => {
    for (const file of files) unwatchFile(file, listener)
  }
}
