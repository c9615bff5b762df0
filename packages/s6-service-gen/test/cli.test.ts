import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { loadDescription } from '../src/description/load-description.js'
import { writeTree } from '../src/generate/write-tree.js'
import { importTree } from '../src/import/import-tree.js'
import { cases, treeOf } from './expected-trees.js'
import { runBin } from './run-bin.js'
import { changed } from './sound-trees.js'
import { source } from './source-by-hand.js'

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

t.test('the program prints the version of the package', async t => {
  t.match(runBin('--version'), { status: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
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
    [['build', good, '--output', out], /^error: unknown option '--output'\n/],
    [['--out', out], /^error: unknown option '--out'\n/],
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

t.test('the program prints or writes a description that can be built again', async t => {
  const folder = temporaryFolder(t)
  const [tree, out] = [join(folder, 'tree'), join(folder, 'services.yaml')]
  await writeTree(tree, source)
  const { services, notes } = importTree(source)
  const printed = runBin('import', tree)
  t.match(printed, { status: 1, stderr: /^note: service app, flag-essential: / })
  writeFileSync(out, printed.stdout)
  t.strictSame(await loadDescription(out), services)
  t.match(runBin('import', tree, '--out', out), { status: 1, stdout: /^Wrote app, .* to / })
  t.strictSame(await loadDescription(out), services)
  t.strictSame(JSON.parse(runBin('import', tree, '--json').stdout), { services, notes })
  await writeTree(tree, changed('s6-rc', {}))
  t.match(runBin('import', tree), { status: 0, stderr: '' }, 'nothing is left out')
  t.match(runBin('import', join(folder, 'none')), { status: 2, stderr: /^error: Cannot read/ })
  t.match(runBin('import', tree, '--out', tree), { status: 2, stderr: /^error: Cannot write/ })
})

t.test('the program tells the mistakes of a tree, and ends with 1', async t => {
  const folder = temporaryFolder(t)
  const [good, bad] = [join(folder, 'good'), join(folder, 'bad')]
  await writeTree(good, changed('s6-rc', {}))
  await writeTree(bad, changed('s6-rc', { 'web/run': null, 'web/down-signal': 'X\n' }))
  t.match(runBin('lint', good), { status: 0, stdout: `Found no mistake in ${good}\n`, stderr: '' })
  const { status, stdout } = runBin('lint', bad)
  t.equal(status, 1)
  t.match(stdout, /^service web, run: expected what a longrun cannot be without.*got nothing$/m)
  t.match(stdout, /^service web, down-signal: .* \(accepted in silence\)$/m)
  t.match(stdout, /^Found 2 mistakes in .*: 1 fatal, 1 accepted in silence$/m)
  t.match(JSON.parse(runBin('lint', bad, '--json').stdout), [
    { rule: 'missing', service: 'web', field: 'run', fatal: true },
    { rule: 'signal', service: 'web', field: 'down-signal', found: '"X"', fatal: false },
  ])
  t.match(runBin('lint', join(folder, 'none')), {
    status: 2,
    stderr: /^error: Cannot read the tree/,
  })
  mkdirSync(join(folder, 'foreign'))
  writeFileSync(join(folder, 'foreign', 'x'), '')
  t.match(runBin('lint', bad, '--layout', 'runit'), { status: 2, stderr: /Allowed choices/ })
})
