import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import type { FileTree } from '../../src/file-tree.js'
import { generate } from '../../src/generate/generate.js'
import { writeTree } from '../../src/generate/write-tree.js'
import { lint } from '../../src/lint/lint.js'
import { ServiceError } from '../../src/service-error.js'
import { readTree } from '../../src/tree/read-tree.js'

const s6 = { layout: 's6' } as const

const layouts = ['s6', 's6-rc', 's6-overlay'] as const

const plainWeb = { web: { run: 'exec web' } }

const modeOf = (file: string) => lstatSync(file).mode & 0o777

t.test('a tree is written with its permissions, whatever the umask', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'new', 'tree')
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  const tree = generate({ web: { run: 'exec web', log: '/log', ready: { check: 'x' } } }, s6)
  await writeTree(root, tree)
  t.strictSame([...(await readTree(root))], [...tree])
  t.equal(modeOf(root), 0o755)
  for (const [path, { mode }] of tree) t.equal(modeOf(join(root, path)), mode, path)
})

t.test('a tree takes the place of the one before, and leaves no strays', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'tree')
  await writeTree(
    root,
    generate({ old: { run: 'exec old' }, web: { run: 'exec web', log: '/l' } }, s6),
  )
  const tree = generate({ web: { run: 'exec newer' } }, s6)
  await writeTree(root, tree)
  t.strictSame([...(await readTree(root))], [...tree])
  t.notOk(existsSync(join(root, 'old')))
  t.strictSame(readdirSync(folder), ['tree'])
})

t.test('an empty folder is taken, and a foreign one refused as it is', async t => {
  const folder = temporaryFolder(t)
  const tree = generate({ web: { run: 'exec web' } }, s6)
  mkdirSync(join(folder, 'empty'))
  await writeTree(join(folder, 'empty'), tree)
  t.ok(existsSync(join(folder, 'empty', 'web', 'run')))

  mkdirSync(join(folder, 'foreign'))
  writeFileSync(join(folder, 'foreign', 'thesis.txt'), 'years of work')
  writeFileSync(join(folder, 'file'), 'a file')
  await t.rejects(writeTree(join(folder, 'foreign'), tree), {
    name: 'ServiceError',
    code: 'file',
    message: /Cannot write the tree .*foreign: expected a service tree or no folder, got another/,
  })
  await t.rejects(writeTree(join(folder, 'file'), tree), { code: 'file', message: /ENOTDIR/ })
  t.equal(readFileSync(join(folder, 'foreign', 'thesis.txt'), 'utf8'), 'years of work')
  t.strictSame(readdirSync(folder).toSorted(), ['empty', 'file', 'foreign'])
})

t.test('a tree of source definitions is replaced, and nothing beside it', async t => {
  const folder = temporaryFolder(t)
  for (const layout of layouts) {
    const root = join(folder, layout)
    await writeTree(root, generate(plainWeb, { layout }))
    await writeTree(root, generate(plainWeb, { layout }))
    t.strictSame([...(await readTree(root))], [...generate(plainWeb, { layout })])
    if (layout === 's6') continue
    mkdirSync(join(root, 'scripts'))
    writeFileSync(join(root, 'scripts', 'mine'), 'years of work')
    await t.rejects(writeTree(root, generate(plainWeb, { layout })), {
      code: 'file',
      message: /expected a service tree or no folder/,
    })
    t.ok(existsSync(join(root, 'scripts', 'mine')))
  }
})

t.test('an aborted write leaves what is there', async t => {
  const folder = temporaryFolder(t)
  const signal = AbortSignal.abort(new Error('enough'))
  const tree = generate({ web: { run: 'exec web' } }, s6)
  await t.rejects(writeTree(join(folder, 'tree'), tree, { signal }), { message: 'enough' })
  await t.rejects(readTree(folder, { signal }), { message: 'enough' })
  await t.rejects(lint(tree, { signal }), { message: 'enough' })
  t.strictSame(readdirSync(folder), [])
})

t.test('a tree that cannot be written whole leaves the one before as it is', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'tree')
  const tree = generate({ web: { run: 'exec web' } }, s6)
  await writeTree(root, tree)
  const file = { content: '', mode: 0o644 }
  const impossible: FileTree = new Map([
    ['web', file],
    ['web/run', file],
  ])
  const error = await writeTree(root, impossible).catch((cause: unknown) => cause)
  t.ok(error instanceof ServiceError && error.code === 'file' && error.cause instanceof Error)
  t.strictSame([...(await readTree(root))], [...tree])
  t.strictSame(readdirSync(folder), ['tree'])
})
