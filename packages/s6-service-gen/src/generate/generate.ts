import type { FileTree } from '../file-tree.js'
import { overlayLayout, type UserBundle } from './overlay-layout.js'
import { plainLayout } from './plain-layout.js'
import type { Description } from '../description/service-description.js'
import { parseDescription } from '../description/parse-description.js'
import { sourceLayout } from './source-layout.js'

/** The layouts that a tree can have: a scan directory, s6-rc's source, or s6-overlay's. */
export type Layout = 's6' | 's6-rc' | 's6-overlay'

/** Options of {@link generate}. */
export interface GenerateOptions {
  /** Kind of tree to make. */
  readonly layout: Layout
  /** For s6-overlay: where its bundle of users' services is. @defaultValue both places */
  readonly userBundle?: UserBundle
}

/**
 * The files of a supervision tree for a description of services. The same
 * description gives the same tree.
 *
 * @throws ServiceError `invalid-description`, `unknown-dependency` or
 * `dependency-cycle`, as `parseDescription` does.
 *
 * @example
 * ```ts
 * import { generate } from 's6-service-gen'
 *
 * const tree = generate({ web: { run: 'exec my-web-server' } }, { layout: 's6' })
 * tree.get('web/run')?.mode === 0o755 // => true
 * ```
 */
export function generate(
  description: Description,
  { layout, userBundle = 'both' }: GenerateOptions,
): FileTree {
  const services = parseDescription(description)
  const files = {
    s6: () => plainLayout(services),
    's6-rc': () => sourceLayout(services),
    's6-overlay': () => overlayLayout(services, userBundle),
  }[layout]()
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
