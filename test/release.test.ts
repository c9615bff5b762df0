import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startRegistry } from './local-registry.js'
import { packages, read } from './packages.js'
import { copyRepository, ending } from './release-copy.js'

/** The result that `npm run release -- --json` prints. */
interface Release {
  readonly date: string
  readonly packages: readonly {
    readonly name: string
    readonly version: string
    readonly tag: string
    readonly tarball: string
    readonly integrity: string
    readonly dependencies: number
    readonly result?: string
  }[]
}

/** The tests below are one story: each goes on where the one before it ended. */
const place = realpathSync(mkdtempSync(join(tmpdir(), 'release-test-')))
t.teardown(() => rmSync(place, { recursive: true, force: true }))
const copy = copyRepository(place)
const out = join(place, 'out')
/** The third package in the order of the upload. */
const refused = 'haproxy-config-render'
const strict = await startRegistry(t, join(place, 'registry'), refused)
const open = await startRegistry(t, join(place, 'registry'))
const release = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  copy.release(env, '--out', out, ...args)
const tags = (where = copy.folder) => copy.git('-C', where, 'tag').split('\n').filter(Boolean)

t.test('a changed file, another branch and an unknown option are refused', async t => {
  writeFileSync(join(copy.folder, 'draft'), '')
  t.match(await release(open.env), {
    code: 1,
    stderr: /^error: a release needs a clean working tree, got 1 change, .* draft: commit .*\n$/,
  })
  rmSync(join(copy.folder, 'draft'))
  copy.git('switch', '--quiet', '--create', 'other')
  t.match(await release(open.env), {
    code: 1,
    stderr: /^error: a release needs the branch main, got other: run git switch main\n$/,
  })
  copy.git('switch', '--quiet', 'main')
  t.match(await release(open.env, '--now'), { code: 2, stderr: /usage: npm run release/ })
})

t.test('a folder with other files is not emptied', async t => {
  const { code, stderr } = await copy.release(
    open.env,
    '--dry-run',
    '--out',
    join(place, 'registry'),
  )
  t.equal(code, 1)
  t.match(stderr, /^error: .*registry has files, expected a new folder .* --out\n$/)
})

t.test('a commit that the remote lacks is not released', async t => {
  copy.git('commit', '--quiet', '--allow-empty', '--message', 'docs: not pushed')
  const { code, stderr } = await release(open.env)
  t.equal(code, 1)
  t.match(stderr, /^error: main of origin differs from the commit to release, .*git push.*\n$/)
  copy.git('push', '--quiet', 'origin', 'main')
})

/** Number of packages that the strict registry has accepted. */
let uploaded = 0

t.test('a refused upload is one line, and nothing is tagged', async t => {
  const { code, stdout, stderr } = await release(strict.env)
  t.equal(code, 1, stdout)
  t.match(
    stderr,
    /^error: the registry refused haproxy-config-render@0\.1\.0: E40\d .*; remove the cause/,
  )
  t.equal(stderr.trim().split('\n').length, 1, stderr)
  uploaded = stdout.match(/: uploaded$/gm)?.length ?? 0
  t.ok(uploaded > 0 && uploaded < packages.length, `${uploaded} were uploaded before it`)
  t.same(tags(), [])
})

t.test('the same command uploads what is missing, and then pushes the tags', async t => {
  const { code, stdout, stderr } = await release(open.env, '--json')
  t.equal(code, 0, stderr)
  const { packages: released } = JSON.parse(stdout) as Release
  t.same(
    released.map(({ result }) => result),
    packages.map((_, i) => (i < uploaded ? 'present' : 'uploaded')),
  )
  const expected = packages.map(({ manifest }) => `${manifest.name}@0.1.0`)
  t.same(tags(join(place, 'remote')).toSorted(), expected.toSorted())
  t.equal(copy.git('ls-remote', 'origin', 'main').split('\t')[0], copy.git('rev-parse', 'HEAD'))
  t.equal(copy.git('status', '--porcelain'), '')
})

t.test('a further release of the same commit does nothing', async t => {
  t.match(await release(open.env), { code: 0, stdout: /^Nothing to release: .*\n$/, stderr: '' })
})

t.test('npm install serf-haproxy works in an empty folder', async t => {
  const cwd = join(place, 'empty')
  mkdirSync(cwd)
  const options = { cwd, env: open.env }
  const installed = await ending(
    'npm',
    ['install', '--no-audit', '--no-fund', 'serf-haproxy'],
    options,
  )
  t.equal(installed.code, 0, installed.stderr)
  t.match(await ending('npx', ['--no-install', 'serf-haproxy', '--version'], options), {
    code: 0,
    stdout: '0.1.0\n',
  })
  const manifest = JSON.parse(read(cwd, 'node_modules/serf-haproxy/package.json')) as unknown
  const publishConfig = { access: 'public', provenance: true }
  t.match(manifest, { publishConfig, repository: { url: copy.address } })
})

t.test('the release after a feature has new versions, change logs and checksums', async t => {
  const log = 'packages/serf-events/CHANGELOG.md'
  copy.edit(log, text => text.replace('## 0.1.0', '## Unreleased\n\n- A new thing.\n\n## 0.1.0'))
  copy.edit('packages/serf-events/src/index.ts', text => `${text}\nexport const thing = 1\n`)
  copy.git('commit', '--quiet', '--all', '--message', 'feat(serf-events): a new thing')
  const head = copy.git('rev-parse', 'HEAD')
  const { code, stdout, stderr } = await release(open.env, '--dry-run', '--json')
  t.equal(code, 0, stderr)
  const { date, packages: released } = JSON.parse(stdout) as Release
  t.same(
    released.map(({ tag }) => tag),
    ['serf-events@0.2.0', 'serf-haproxy@0.1.1'],
    'a package comes after those that it depends on',
  )
  t.match(read(out, 'CHANGES.md'), `## serf-events 0.2.0\n\n- A new thing.\n`)
  const names = readdirSync(out).filter(name => name !== 'SHA256SUMS')
  const sums = names.map(name => {
    const hash = createHash('sha256').update(readFileSync(join(out, name)))
    return `${hash.digest('hex')}  ${name}\n`
  })
  t.equal(read(out, 'SHA256SUMS'), sums.join(''))
  t.match(JSON.parse(read(out, 'serf-haproxy-0.1.1.cdx.json')), {
    metadata: { component: { name: 'serf-haproxy', version: '0.1.1' } },
  })
  t.match(read(out, 'serf-haproxy-0.1.1.cdx.json'), '"serf-events@0.2.0"')
  t.match(date, /^\d{4}-\d\d-\d\d$/)
  t.equal(copy.git('rev-parse', 'HEAD'), head, 'the working tree stays as it is')
  t.equal(tags().length, packages.length)
})
