import t from 'tap'
import type { FileTree } from '../../src/file-tree.js'
import type { Layout } from '../../src/generate/generate.js'
import { findingText, type Finding } from '../../src/lint/finding.js'
import { lint } from '../../src/lint/lint.js'
import { changed, type Change } from '../sound-trees.js'

/** A mistake: its name, the change that makes it, whether it is fatal, and the expected finding. */
export type Mistake = readonly [name: string, change: Change, fatal: boolean, text: RegExp]

/** Tests that each mistake in a tree for `layout` is found, once and with its weight. */
export function testMistakes(
  layout: Layout,
  mistakes: readonly Mistake[],
  lintFiles: (tree: FileTree) => readonly Finding[],
): void {
  t.test(`each mistake in a tree for ${layout} is found`, async t => {
    t.strictSame(await lint(changed(layout, {})), [], 'a sound tree has none')
    for (const [name, change, fatal, text] of mistakes) {
      const tree = changed(layout, change)
      // Shells are started only for mistakes of syntax: that takes time.
      const findings = text.source.includes('can read') ? await lint(tree) : lintFiles(tree)
      const matching = findings.filter(finding =>
        text.test(findingText({ ...finding, fatal: true })),
      )
      t.equal(matching.length, 1, `${name}: ${findings.map(findingText).join('\n')}`)
      t.equal(matching[0]?.fatal, fatal, `${name} is ${fatal ? 'fatal' : 'accepted in silence'}`)
    }
  })
}
