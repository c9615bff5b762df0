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
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import newest from 'typescript'
import { ConsumerTypes, nodeTypesAt, oldest } from './consumer-types.js'
import { installPackages } from './installed-packages.js'
import { loadAll, nodeRelease } from './node-releases.js'
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

const types = new ConsumerTypes(folder, entries)
const ownNodeTypes = nodeTypesAt(join(repository, 'node_modules/@types/node'))
const oldestNodeTypes = nodeTypesAt(join(repository, 'node_modules/oldest-node-types'))
/** One line for each combination of the matrix, with its result. */
const matrix: string[] = []

for (const [ts, nodeTypes] of [
  [newest, ownNodeTypes],
  [oldest, ownNodeTypes],
  [oldest, oldestNodeTypes],
] as const)
  // The newest TypeScript finds errors in the oldest @types/node itself.
  for (const resolution of ['nodenext', 'bundler'] as const) {
    const settings = `TypeScript ${ts.version}, ${resolution}, @types/node ${nodeTypes.version}`
    t.test(`the types of every entry are correct with ${settings}`, async t => {
      types.linkNodeTypes(nodeTypes)
      t.same(types.check(ts, resolution), [])
      types.linkNodeTypes(ownNodeTypes)
      note(settings, t.passing())
    })
  }

for (const release of ['20', '22', '24'])
  t.test(`every entry loads by import and by require on Node.js ${release}`, async t => {
    const { program, absence } = await nodeRelease(release)
    if (program === undefined) {
      t.pass('not tried', { skip: absence })
      return
    }
    for (const way of ['import', 'require'] as const) {
      const { version, failed } = loadAll(program, { way, entries, folder })
      t.same(failed, [], way)
      note(`Node.js ${version}, ${way}`, failed.length === 0)
    }
  })

t.test('the matrix is complete', async t => {
  for (const line of matrix) t.comment(line)
  t.ok(matrix.length >= 6)
})

t.test('the peer and the READMEs state the oldest @types/node that is tested', async t => {
  const [stated] = /^\d+\.\d+/.exec(oldestNodeTypes.version) ?? []
  for (const { manifest, folder: source } of packages) {
    const peer = manifest.peerDependencies?.['@types/node']
    if (peer === undefined) continue
    t.equal(peer, `>=${stated}`, manifest.name)
    t.match(readFileSync(join(source, 'README.md'), 'utf8'), `\`@types/node\` ${stated} or later`)
  }
})

t.test('the READMEs state the oldest TypeScript that is tested', async t => {
  for (const { manifest, folder: source } of packages)
    t.match(
      readFileSync(join(source, 'README.md'), 'utf8'),
      `TypeScript ${oldest.versionMajorMinor} or `,
      manifest.name,
    )
})

t.test('a package whose types need those of Node declares them as an optional peer', async t => {
  const places = types.check(newest, 'bundler', { types: [] })
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

function note(settings: string, isGood: boolean): void {
  matrix.push(`${settings}: ${isGood ? 'good' : 'FAILED'}`)
}
