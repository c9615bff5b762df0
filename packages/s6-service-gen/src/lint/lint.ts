import type { FileTree } from '../file-tree.js'
import type { Finding } from './finding.js'
import type { Layout } from '../generate/generate.js'
import { lintScanDirectory } from './lint-scan-directory.js'
import { lintSource } from './lint-source.js'
import { lintSyntax } from './lint-syntax.js'
import { layoutOf } from '../tree/service-folders.js'

/** Options of {@link lint}. */
export interface LintOptions {
  /** The kind of tree. @defaultValue inferred from its files */
  readonly layout?: Layout
  /** Ends the lint with the signal’s reason. @defaultValue none */
  readonly signal?: AbortSignal
}

/**
 * Finds mistakes in a tree: those that make s6-rc or s6 reject it, and those
 * that both accept in silence. The installed shells check the syntax of shell
 * scripts.
 *
 * @returns the mistakes, by service; none for every tree that `generate` makes
 * @throws the signal's reason when it is aborted
 *
 * @example
 * ```ts
 * import { lint } from 's6-service-gen'
 *
 * const run = { content: '#!/bin/sh\nexec my-web-server\n', mode: 0o644 }
 * const findings = await lint(new Map([['web/run', run]]), { layout: 's6' })
 * findings.some(({ rule }) => rule === 'not-executable') // => true
 * ```
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
