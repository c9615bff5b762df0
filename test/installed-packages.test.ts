import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { installPackages } from './installed-packages.js'
import { packages } from './packages.js'

/** Outside the repository, whose own node_modules would hide what a tarball lacks. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'installed-packages-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
installPackages(folder)

const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports).map(entry => manifest.name + entry.slice(1)),
)

const nodenext = { module: ts.ModuleKind.NodeNext }
const bundler = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
}

const resolutions = { nodenext, node16: { module: ts.ModuleKind.Node16 }, bundler }

for (const [name, options] of Object.entries(resolutions)) {
  t.test(`the types of every entry are correct under ${name} without skipLibCheck`, async t => {
    // Only nodenext wants the attribute of JSON, and node16 does not know it.
    const attributes = options === nodenext ? " with { type: 'json' }" : ''
    const consumer = write(`${name}.ts`, attributes)
    const errors = diagnose(consumer, { ...options, types: ['node'] })
    t.same(errors.map(shown), [])
  })
}

t.test('a package whose types need those of Node declares them as an optional peer', async t => {
  const errors = diagnose(write('alone.ts', ''), { ...bundler, types: [] })
  const places = errors.map(({ file }) => file?.fileName ?? '')
  const needs = (name: string): boolean =>
    places.some(place => place.includes(`/node_modules/${name}/`)) ||
    Object.keys(packageOf(name)?.manifest.dependencies ?? {}).some(needs)
  for (const { manifest } of packages) {
    const { name, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
    t.equal('@types/node' in peerDependencies, needs(name), name)
    t.equal(peerDependenciesMeta['@types/node']?.optional ?? false, needs(name), name)
  }
})

t.test('every entry can be loaded from the tarballs', async t => {
  const require = createRequire(join(folder, 'index.js'))
  for (const entry of entries) t.type(require(entry), 'object', entry)
})

t.test('every program runs from the tarballs', async t => {
  for (const { manifest } of packages) {
    for (const path of Object.values(manifest.bin ?? {})) {
      const program = join(folder, 'node_modules', manifest.name, path)
      const printed = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' })
      t.equal(printed, `${manifest.version}\n`, path)
    }
  }
})

t.test('the agent’s program needs its bundle, and not its modules', async t => {
  const place = join(folder, 'node_modules/serf-haproxy')
  rmSync(join(place, 'dist/src/cli.js'))
  rmSync(join(place, 'dist/src/commands'), { recursive: true })
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [join(place, 'bin/serf-haproxy.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
  t.match(run('init', '--folder', 'new'), /^Wrote serf-haproxy\.yaml, haproxy\.cfg\.hbs/)
  t.match(run('check', '--config', 'new/serf-haproxy.yaml', '--no-members'), /^Valid: /)
})

function packageOf(name: string) {
  return packages.find(({ manifest }) => manifest.name === name)
}

/** Writes a small consumer of every entry. */
function write(name: string, attributes: string): string {
  const imports = entries.map((entry, i) =>
    entry.endsWith('.json')
      ? `import entry${i} from '${entry}'${attributes}`
      : `import * as entry${i} from '${entry}'`,
  )
  const uses = entries.map((_, i) => `export const use${i} = typeof entry${i}`)
  const file = join(folder, name)
  writeFileSync(file, [...imports, ...uses, ''].join('\n'))
  return file
}

/** Compiles a file as a project with these options does. */
function diagnose(file: string, options: ts.CompilerOptions): readonly ts.Diagnostic[] {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: false,
    // TypeScript's own library is not ours to check, and takes half of the time.
    skipDefaultLibCheck: true,
    resolveJsonModule: true,
    noEmit: true,
    typeRoots: [join(folder, 'node_modules', '@types')],
    ...options,
  })
  return ts.getPreEmitDiagnostics(program)
}

function shown({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
  return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}
