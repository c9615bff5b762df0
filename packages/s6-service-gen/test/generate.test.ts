import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import type { FileTree } from '../src/file-tree.js'
import { generate } from '../src/generate/generate.js'
import { lint } from '../src/lint/lint.js'
import type { UserBundle } from '../src/generate/overlay-layout.js'
import { loadDescription } from '../src/description/load-description.js'
import { readTree } from '../src/tree/read-tree.js'
import { ServiceError } from '../src/service-error.js'
import { writeTree } from '../src/generate/write-tree.js'
import { runBin } from './run-bin.js'

const s6 = { layout: 's6' } as const
const layouts = ['s6', 's6-rc', 's6-overlay'] as const
const plainWeb = { web: { run: 'exec web' } }
const cases = fileURLToPath(new URL('../../test/cases/', import.meta.url))
const images = fileURLToPath(new URL('../../../../images/', import.meta.url))

/** What a folder holds; of the permissions only who may execute, which is all that git keeps. */
async function treeOf(root: string): Promise<FileTree> {
  const tree = await readTree(root)
  return new Map(
    [...tree].map(([path, file]) => [path, { ...file, mode: file.mode & 0o100 ? 0o755 : 0o644 }]),
  )
}

const modeOf = (file: string) => lstatSync(file).mode & 0o777

t.test('each case gives its expected tree in every layout, and it has no mistake', async t => {
  const names = readdirSync(cases)
  t.ok(names.length >= 4)
  for (const name of names) {
    const services = await loadDescription(join(cases, name, 'services.yaml'))
    for (const layout of layouts) {
      const tree = generate(services, { layout })
      t.strictSame([...tree], [...(await treeOf(join(cases, name, layout)))], `${name}, ${layout}`)
      t.strictSame(await lint(tree), [])
    }
  }
})

t.test('the trees of the images have no mistake in any layout', async t => {
  for (const image of ['ha', 'webapp']) {
    const services = await loadDescription(join(images, image, 'services.yaml'))
    for (const layout of layouts) t.strictSame(await lint(generate(services, { layout })), [])
  }
})

function bundlePaths(userBundle?: UserBundle): string[] {
  const options = { layout: 's6-overlay', ...(userBundle ? { userBundle } : {}) } as const
  return [...generate(plainWeb, options).keys()].filter(path => path.includes('/user/'))
}

t.test('the bundle of s6-overlay is where its release looks for it', async t => {
  const [old, recent] = ['s6-rc.d/user/contents.d/web', 'user-bundles.d/user/contents.d/web']
  t.strictSame(bundlePaths(), [old, recent])
  t.strictSame(bundlePaths('both'), [old, recent])
  t.strictSame(bundlePaths('s6-rc.d'), [old])
  t.strictSame(bundlePaths('user-bundles.d'), [recent])
})

t.test('the same description gives the same tree, whatever its order', async t => {
  const a = { run: 'exec a', environment: { X: '1' } }
  const b = { run: 'exec b', ready: { fd: 3 } }
  const c = { run: 'exec c', after: ['a', 'b'], log: '/c' }
  t.strictSame([...generate({ c, b, a }, s6)], [...generate({ a, b, c }, s6)])
})

t.test('a description is checked before a tree is made of it', async t => {
  t.throws(() => generate({ a: { run: '' } }, s6), { code: 'invalid-description' })
  t.throws(() => generate({ a: { run: 'x', after: ['a'] } }, s6), { code: 'dependency-cycle' })
})

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

t.test('a tree that runs is read without what s6 keeps there, and links are followed', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'tree')
  const tree = generate({ web: { run: 'exec web', log: '/log' } }, s6)
  await writeTree(root, tree)
  for (const state of ['web/supervise', 'web/event', 'web/log/supervise', '.s6-svscan/control'])
    mkdirSync(join(root, state))
  symlinkSync('web', join(root, 'api'))
  mkdirSync(join(root, 'empty'))
  const read = await readTree(root)
  t.strictSame(
    [...read.keys()].filter(path => !path.startsWith('api/')),
    [
      ...[...tree.keys()].filter(path => path.startsWith('.')),
      'empty/',
      ...[...tree.keys()].filter(path => path.startsWith('web/')),
    ],
  )
  t.strictSame(read.get('api/run'), tree.get('web/run'))
  symlinkSync('..', join(root, 'web', 'data', 'round'))
  await t.rejects(readTree(root), { code: 'file', message: /a link to a folder that it is in/ })
  await t.rejects(readTree(join(folder, 'none')), { code: 'file', message: /ENOENT/ })
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

t.test('the program writes the tree of a description, and says what it wrote', async t => {
  const folder = temporaryFolder(t)
  const out = join(folder, 'tree')
  const description = join(cases, 'stop-order', 'services.yaml')
  const wanted = await treeOf(join(cases, 'stop-order', 's6'))
  t.match(runBin('build', description, '--out', out), {
    status: 0,
    stdout: `Wrote ${wanted.size} files for e, d, c, b, a to ${out}\n`,
    stderr: '',
  })
  t.strictSame([...(await treeOf(out))], [...wanted])
  const { status, stdout } = runBin('build', description, '--out', out, '--json')
  t.equal(status, 0)
  t.strictSame(JSON.parse(stdout), {
    out,
    layout: 's6',
    services: ['e', 'd', 'c', 'b', 'a'],
    files: [...wanted.keys()],
  })
  t.match(runBin('build', '--help'), { status: 0, stdout: /--out <folder>/ })
})

t.test('bad input ends the program with 2, and nothing is written', async t => {
  const folder = temporaryFolder(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const out = join(folder, 'tree')
  const good = file('good.yaml', 'services: {a: {run: x}}')
  const broken = file('broken.yaml', 'services: {a: [')
  const faulty = file('faulty.yaml', 'services: {a: {run: x, after: [b]}}')
  const faults: readonly (readonly [readonly string[], RegExp])[] = [
    [['build', join(folder, 'none.yaml'), '--out', out], /^error: .*none\.yaml: ENOENT/],
    [['build', broken, '--out', out], /^error: .*broken\.yaml: .*line 1/],
    [
      ['build', faulty, '--out', out],
      /^error: .*faulty\.yaml: service a, after: expected one of: a, got b/,
    ],
    [['build', good], /required option '--out <folder>'/],
    [['build', '--out', out], /missing required argument 'services\.yaml'/],
    [
      ['build', good, '--out', out, '--layout', 'runit'],
      /Allowed choices are s6, s6-rc, s6-overlay/,
    ],
    [['build', good, '--out', good], /^error: Cannot write the tree .*ENOTDIR/],
    [['bild', good], /unknown command 'bild'/],
  ]
  for (const [args, stderr] of faults) {
    const result = runBin(...args)
    t.match(result, { status: 2, stdout: '', stderr }, args.join(' '))
    t.notMatch(result.stderr, /\n\s+at /, 'without a stack')
    t.notOk(existsSync(out))
  }
})
