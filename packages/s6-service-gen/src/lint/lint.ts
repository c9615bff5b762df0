import type { FileTree } from '../file-tree.js'
import type { Finding } from './finding.js'
import type { Layout } from '../generate/generate.js'
import { lintScanDirectory } from './lint-scan-directory.js'
import { lintSource } from './lint-source.js'
import { lintSyntax } from './lint-syntax.js'
import { layoutOf } from '../tree/service-folders.js'

/** How a tree is to be looked at. */
export interface LintOptions {
  /** What the tree is; told by its files where it is left out. */
  readonly layout?: Layout
  readonly signal?: AbortSignal
}

/**
 * Looks for mistakes in a tree: those that make s6-rc or s6 refuse it, and
 * those that both accept in silence. The syntax of shell scripts is judged by
 * the shells that are installed.
 *
 * @returns the mistakes, by service; none for every tree that `generate` makes
 * @throws the signal's reason when it is aborted
 */
export async function lint(
  tree: FileTree,
  { layout = layoutOf(tree), signal }: LintOptions = {},
): Promise<readonly Finding[]> {
  signal?.throwIfAborted()
  const findings = layout === 's6' ? lintScanDirectory(tree) : lintSource(tree, layout)
  const all = [...findings, ...(await lintSyntax(tree, layout, signal))]
  return all.toSorted((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0))
}
