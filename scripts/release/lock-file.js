// The lock file of one package: what the tests ran with, without what only the
// repository needs.
import { posix } from 'node:path'

/**
 * Derives the lock file of a package from the repository's.
 *
 * @param packed - the packed packages by name: their integrity and version
 */
export function lockFileOf(manifest, { lock, folder, packed }) {
  const root = { ...described(manifest), dependencies: manifest.dependencies ?? {} }
  const placed = new Map([['', { key: folder, entry: root }]])
  // The list grows while it is read: each dependency brings its own.
  for (const [place, { key, entry }] of placed)
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const source = findUpwards(key, name, path => path in lock.packages)
      // An optional package for another system may be missing.
      if (source !== undefined) placeDependency({ place, name, source: entryAt(source) })
    }
  const packages = Object.fromEntries([...placed].map(([place, { entry }]) => [place, entry]))
  return { name: manifest.name, version: manifest.version, lockfileVersion: 3, packages }

  /** Follows a link of a workspace to its package, with its packed version. */
  function entryAt(path) {
    const { link, resolved } = lock.packages[path]
    if (!link) return { key: path, entry: lock.packages[path] }
    const { devDependencies: _, ...kept } = lock.packages[resolved]
    return { key: resolved, entry: { ...kept, ...packed.get(posix.basename(path)) } }
  }

  function placeDependency({ place, name, source }) {
    const found = findUpwards(place, name, path => placed.has(path))
    if (found !== undefined && placed.get(found).key === source.key) return
    const parent = found === undefined ? '' : place
    placed.set(posix.join(parent, 'node_modules', name), source)
  }
}

function described({ name, version, license }) {
  return { name, version, license }
}

/** Finds a dependency as Node does: in the folder's own node_modules, then in those above. */
function findUpwards(folder, name, exists) {
  for (let at = folder; ; at = at === '.' ? '' : posix.dirname(at)) {
    const path = posix.join(at === '.' ? '' : at, 'node_modules', name)
    if (exists(path)) return path
    if (at === '' || at === '.') return undefined
  }
}
