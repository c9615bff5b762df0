import type { FileTree } from '../src/file-tree.js'
import { type Layout, generate } from '../src/generate/generate.js'

/** Files to put into a sound tree, or to take out of it. */
export type Change = Readonly<Record<string, string | null>>

export const sound = {
  folders: { up: 'mkdir x', down: 'rmdir x' },
  all: { contents: ['folders', 'db'] },
  db: { run: 'exec db', ready: { check: 'exec ping' }, log: '/log/db' },
  web: { run: 'exec web', finish: 'true', after: ['all'] },
}

export function changed(layout: Layout, change: Change): FileTree {
  const root = layout === 's6-overlay' ? 's6-rc.d/' : ''
  const tree = new Map(generate(sound, { layout }))
  for (const [path, content] of Object.entries(change)) {
    const key = path.startsWith('/') ? path.slice(1) : `${root}${path}`
    const mode = tree.get(key)?.mode ?? (content?.startsWith('#!') ? 0o755 : 0o644)
    if (content === null) tree.delete(key)
    else tree.set(key, { content, mode })
  }
  return tree
}
