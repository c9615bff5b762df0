import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import newest, { type CompilerOptions, type Diagnostic } from 'typescript'
import { installPackages } from './installed-packages.js'
import { packages, repository } from './packages.js'

/** The setting at the root: the repository's address. */
interface Root {
  readonly repository: { readonly url: string }
}

/** Outside the repository, whose own node_modules would hide what a tarball lacks. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'installed-packages-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
await installPackages(folder)

const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports).map(entry => manifest.name + entry.slice(1)),
)

/** The oldest TypeScript that the READMEs state: the test kit has it, as none of the others needs it. */
const oldest = createRequire(join(repository, 'test/kit/package.json'))(
  'typescript',
) as typeof newest
const compilers = { newest, oldest }

const nodenext = { module: newest.ModuleKind.NodeNext }
const bundler = {
  module: newest.ModuleKind.ESNext,
  moduleResolution: newest.ModuleResolutionKind.Bundler,
}

for (const [age, ts] of Object.entries(compilers))
  for (const [name, options] of Object.entries({ nodenext, bundler })) {
    const settings = `${name} and TypeScript ${ts.versionMajorMinor}, the ${age}`
    t.test(`the types of every entry are correct with ${settings}`, async t => {
      // Only the newest nodenext wants the attribute of JSON.
      const attributes = options === nodenext ? " with { type: 'json' }" : ''
      const consumer = write(`${age}-${name}.ts`, attributes)
      t.same(diagnose(ts, consumer, { ...options, types: ['node'] }), [])
    })
  }

t.test('the READMEs state the oldest TypeScript that is tested', async t => {
  for (const { manifest, folder: source } of packages)
    t.match(
      readFileSync(join(source, 'README.md'), 'utf8'),
      `TypeScript ${oldest.versionMajorMinor} or `,
      manifest.name,
    )
})

t.test('a package whose types need those of Node declares them as an optional peer', async t => {
  const places = diagnose(newest, write('alone.ts', ''), { ...bundler, types: [] })
  const needs = (name: string): boolean =>
    places.some(place => place.includes(`/node_modules/${name}/`)) ||
    Object.keys(packageOf(name)?.manifest.dependencies ?? {}).some(needs)
  for (const { manifest } of packages) {
    const { name, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
    t.equal('@types/node' in peerDependencies, needs(name), name)
    t.equal(peerDependenciesMeta['@types/node']?.optional ?? false, needs(name), name)
  }
})

for (const { manifest, folder: source } of packages) {
  const { name } = manifest
  const place = join(folder, 'node_modules', name)
  const read = (file: string) => readFileSync(join(place, file), 'utf8')

  t.test(`${name} is published with its addresses, its licence and its changes`, async t => {
    const published = JSON.parse(read('package.json')) as Record<string, unknown>
    const { url } = (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Root)
      .repository
    const directory = relative(repository, source)
    t.same(published['repository'], { type: 'git', url, directory })
    const page = url.replace(/^git\+|\.git$/g, '')
    t.equal(published['homepage'], `${page}/tree/main/${directory}#readme`)
    t.match(published, { bugs: `${page}/issues`, author: String })
    t.ok('sideEffects' in published)
    t.notOk('scripts' in published || 'devDependencies' in published, 'nothing of the repository')
    t.equal(read('LICENSE'), readFileSync(join(repository, 'LICENSE'), 'utf8'))
    for (const file of ['README.md', 'CHANGELOG.md'])
      t.same(read(file).match(/\]\((?!https?:|#)[^)]*\)/g) ?? [], [], `links of ${file} are whole`)
  })

  t.test(`each source map of ${name} leads to a file of the package`, async t => {
    const maps = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter(
      file => file.startsWith(join('dist', 'src')) && file.endsWith('.map'),
    )
    t.ok(maps.length > 0)
    const missing = maps.flatMap(file => {
      const { sources } = JSON.parse(read(file)) as { sources: string[] }
      return sources.filter(path => !existsSync(join(place, dirname(file), path)))
    })
    t.same(missing, [])
  })
}

t.test('npm publish in the folder of a package is refused', async t => {
  for (const { manifest, folder: source } of packages) {
    t.equal(manifest.scripts['prepublishOnly'], 'node ../../scripts/refuse-publish.js')
    t.ok(existsSync(join(source, '../../scripts/refuse-publish.js')))
  }
  const script = join(repository, 'scripts/refuse-publish.js')
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  t.equal(status, 2)
  t.match(stderr, /npm run pack/)
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

/** Compiles a file as a project with these options does; returns the errors with their places. */
function diagnose(ts: typeof newest, file: string, options: CompilerOptions): readonly string[] {
  const program = ts.createProgram([file], {
    target: newest.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: false,
    // TypeScript's own library is not ours to check, and takes half of the time.
    skipDefaultLibCheck: true,
    resolveJsonModule: true,
    noEmit: true,
    typeRoots: [join(folder, 'node_modules', '@types')],
    ...options,
  })
  return ts.getPreEmitDiagnostics(program).map(shown)
}

function shown({ file, start = 0, messageText }: Diagnostic): string {
  const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1
  return `${file?.fileName}:${line}: ${newest.flattenDiagnosticMessageText(messageText, '\n')}`
}
