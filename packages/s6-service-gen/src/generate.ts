import type { FileTree, TreeFile } from './file-tree.js'
import { plainLayout } from './plain-layout.js'
import { parseServices, type Services } from './service-description.js'

/** The layouts that a tree can have. */
export type Layout = 's6'

const layouts: Record<Layout, (services: Services) => [string, TreeFile][]> = { s6: plainLayout }

/**
 * The files of a supervision tree for a description of services. The same
 * description gives the same tree.
 *
 * @throws ServiceError; see `parseServices`.
 */
export function generate(services: unknown, { layout }: { layout: Layout }): FileTree {
  const files = layouts[layout](parseServices(services))
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
