import { basename, join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { packages, read, typescriptFiles } from './packages.js'

/** Share of a package's files with logic that have a test of their own name. */
const leastMirrored = 0.7

for (const { folder, manifest, sources } of packages) {
  t.test(`the tests of ${manifest.name} have the names of its sources`, async t => {
    const withLogic = sources.filter(
      file => basename(file) !== 'index.ts' && hasFunction(join(folder, file)),
    )
    const tests = new Set(typescriptFiles(folder, 'test').map(file => basename(file)))
    const missing = withLogic.filter(file => !tests.has(`${basename(file, '.ts')}.test.ts`))
    const mirrored = withLogic.length - missing.length
    t.comment(`${mirrored} of ${withLogic.length} have a test of their own name`)
    t.ok(mirrored >= leastMirrored * withLogic.length, `without one:\n${missing.join('\n')}`)
  })
}

function hasFunction(file: string): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) ||
    (ts.forEachChild(node, child => visit(child) || undefined) ?? false)
  return visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2023, true))
}
