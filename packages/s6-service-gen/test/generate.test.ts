import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import type { FileTree } from '../src/file-tree.js'
import { generate } from '../src/generate.js'
import { readDescription } from '../src/read-description.js'
import { ServiceError } from '../src/service-error.js'
import { writeTree } from '../src/write-tree.js'
import { runBin } from './run-bin.js'

const s6 = { layout: 's6' } as const
const cases = fileURLToPath(new URL('../../test/cases/', import.meta.url))
const images = fileURLToPath(new URL('../../../../images/', import.meta.url))

/** What a folder holds, as a tree; of the permissions only who may execute. */
function readTree(root: string): FileTree {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()
  const files = paths.filter(path => lstatSync(join(root, path)).isFile())
  return new Map(
    files.map(path => {
      const file = join(root, path)
      const mode = lstatSync(file).mode & 0o100 ? 0o755 : 0o644
      return [path, { content: readFileSync(file, 'utf8'), mode }]
    }),
  )
}

const modeOf = (file: string) => lstatSync(file).mode & 0o777

void t.test('each case gives its expected tree', async t => {
  const names = readdirSync(cases)
  t.ok(names.length >= 3)
  for (const name of names) {
    const tree = generate(readDescription(join(cases, name, 'services.yaml')), s6)
    t.strictSame([...tree], [...readTree(join(cases, name, 'tree'))], name)
  }
})

void t.test('every script is one that a shell can read', async t => {
  const folders = [
    ...readdirSync(cases).map(name => join(cases, name)),
    join(images, 'ha'),
    join(images, 'webapp'),
  ]
  for (const folder of folders) {
    const tree = generate(readDescription(join(folder, 'services.yaml')), s6)
    for (const [path, { content, mode }] of tree) {
      if (mode !== 0o755) continue
      const { status, stderr } = spawnSync('sh', ['-n'], { input: content, encoding: 'utf8' })
      t.equal(status, 0, `${folder} ${path}: ${stderr}`)
      t.ok(content.startsWith('#!/bin/sh\n') && content.endsWith('\n'))
    }
  }
})

void t.test('the same description gives the same tree, whatever its order', async t => {
  const a = { run: 'exec a', environment: { X: '1' } }
  const b = { run: 'exec b', ready: { fd: 3 } }
  const c = { run: 'exec c', after: ['a', 'b'], log: '/c' }
  t.strictSame([...generate({ c, b, a }, s6)], [...generate({ a, b, c }, s6)])
})

void t.test('a description is checked before a tree is made of it', async t => {
  t.throws(() => generate({ a: { run: '' } }, s6), { code: 'invalid-description' })
  t.throws(() => generate({ a: { run: 'x', after: ['a'] } }, s6), { code: 'dependency-cycle' })
})

void t.test('a value of the environment reaches the service as it is', async t => {
  const folder = temporaryFolder(t)
  const values = [`it's "quoted"`, '$HOME `date` \\', 'two\nlines', '', `''`, '#', 'Zürich']
  const environment = Object.fromEntries(values.map((text, i) => [`VALUE_${i}`, text]))
  const print = values.map((_, i) => `printf '%s\\0' "$VALUE_${i}"`).join('\n')
  await writeTree(
    join(folder, 'tree'),
    generate({ web: { run: print, ready: { fd: 4 }, environment } }, s6),
  )
  const { stdout } = spawnSync(join(folder, 'tree', 'web', 'run'), { encoding: 'utf8' })
  t.strictSame(stdout.split('\0'), [...values, ''])
})

void t.test('a tree is written with its permissions, whatever the umask', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'new', 'tree')
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  const tree = generate({ web: { run: 'exec web', log: '/log', ready: { check: 'x' } } }, s6)
  await writeTree(root, tree)
  t.strictSame([...readTree(root)], [...tree])
  t.equal(modeOf(root), 0o755)
  for (const [path, { mode }] of tree) t.equal(modeOf(join(root, path)), mode, path)
})

void t.test('a tree takes the place of the one before, and leaves no strays', async t => {
  const folder = temporaryFolder(t)
  const root = join(folder, 'tree')
  await writeTree(
    root,
    generate({ old: { run: 'exec old' }, web: { run: 'exec web', log: '/l' } }, s6),
  )
  const tree = generate({ web: { run: 'exec newer' } }, s6)
  await writeTree(root, tree)
  t.strictSame([...readTree(root)], [...tree])
  t.notOk(existsSync(join(root, 'old')))
  t.strictSame(readdirSync(folder), ['tree'])
})

void t.test('an empty folder is taken, and a foreign one refused as it is', async t => {
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
    message:
      /Cannot write the tree .*foreign: found a folder that is no service tree, wanted one, or none/,
  })
  await t.rejects(writeTree(join(folder, 'file'), tree), { code: 'file', message: /ENOTDIR/ })
  t.equal(readFileSync(join(folder, 'foreign', 'thesis.txt'), 'utf8'), 'years of work')
  t.strictSame(readdirSync(folder).toSorted(), ['empty', 'file', 'foreign'])
})

void t.test('a tree that cannot be written whole leaves the one before as it is', async t => {
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
  t.strictSame([...readTree(root)], [...tree])
  t.strictSame(readdirSync(folder), ['tree'])
})

void t.test('the program writes the tree of a description, and says what it wrote', async t => {
  const folder = temporaryFolder(t)
  const out = join(folder, 'tree')
  const description = join(cases, 'stop-order', 'services.yaml')
  const wanted = readTree(join(cases, 'stop-order', 'tree'))
  t.match(runBin('build', description, '--out', out), {
    status: 0,
    stdout: `Wrote ${wanted.size} files for e, d, c, b, a to ${out}\n`,
    stderr: '',
  })
  t.strictSame([...readTree(out)], [...wanted])
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

void t.test('bad input ends the program with 2, and nothing is written', async t => {
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
    [['build', faulty, '--out', out], /^error: .*faulty\.yaml: service a, after: found b/],
    [['build', good], /required option '--out <folder>'/],
    [['build', '--out', out], /missing required argument 'services\.yaml'/],
    [['build', good, '--out', out, '--layout', 'runit'], /Allowed choices are s6/],
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
