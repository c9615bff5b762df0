import { unwatchFile, watchFile } from 'node:fs'

/** Polling interval. The files' times are polled, since every way of writing changes them. */
const intervalMs = 1000

/**
 * Watches files for changes. Files that are replaced, and links, are watched too.
 *
 * @returns a function that ends the watch
 */
export function watchFiles(files: readonly string[], onChange: () => unknown): () => void {
  const listener = () => void onChange()
  for (const file of files) watchFile(file, { interval: intervalMs, persistent: false }, listener)
  return () => {
    for (const file of files) unwatchFile(file, listener)
  }
}
