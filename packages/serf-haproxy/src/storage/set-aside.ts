import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Most files that are kept aside; the oldest are removed. */
const mostKept = 5

/**
 * Renames a file that cannot be read, so that an operator can look at it and
 * nothing overwrites it. Removes the oldest such files beyond a limit.
 *
 * @param at - time in milliseconds since the epoch, for its name, next to a number
 * @returns its new name
 * @throws Error of the file system
 */
export function setAside(file: string, at: number): string {
  const folder = dirname(file)
  const kept = asideNames(basename(file), readdirSync(folder))
  const time = new Date(at).toISOString().replace(/[-:.]/g, '')
  const last = Number(/unreadable-(\d+)-/.exec(kept.at(-1) ?? '')?.[1] ?? 0)
  const name = `${basename(file)}.unreadable-${String(last + 1).padStart(4, '0')}-${time}`
  renameSync(file, join(folder, name))
  for (const old of kept.slice(0, Math.max(0, kept.length + 1 - mostKept)))
    rmSync(join(folder, old), { recursive: true, force: true })
  return name
}

/** Returns the names of the files that were set aside, the oldest first. */
export function asideNames(name: string, names: readonly string[]): readonly string[] {
  return names.filter(each => each.startsWith(`${name}.unreadable-`)).toSorted()
}
