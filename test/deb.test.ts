import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { buildDeb } from './build-deb.js'
import { repository } from './packages.js'

const skip = missingProgram('dpkg-deb')

function dpkgDeb(...args: readonly string[]): string {
  return execFileSync('dpkg-deb', args, { encoding: 'utf8' })
}

/** One line of `tar tv`: what a package contains. */
interface Entry {
  readonly mode: string
  readonly owner: string
  readonly path: string
}

function contents(deb: string): readonly Entry[] {
  return dpkgDeb('--contents', deb)
    .trim()
    .split('\n')
    .map(line => {
      const [mode = '', owner = '', , , , path = ''] = line.split(/\s+/)
      return { mode, owner, path }
    })
}

t.test(
  'the same sources give the same package, whatever umask, time zone and clock',
  { skip },
  async t => {
    const [first, second] = [temporaryFolder(t), temporaryFolder(t)]
    const one = buildDeb({ out: first })
    const umask = process.umask(0o077)
    const other = (() => {
      try {
        return buildDeb({ out: second }, { TZ: 'Asia/Tokyo', LC_ALL: 'C' })
      } finally {
        process.umask(umask)
      }
    })()
    t.equal(basename(one), basename(other))
    t.ok(readFileSync(one).equals(readFileSync(other)))
    const later = buildDeb({ out: second }, { SOURCE_DATE_EPOCH: '1900000000' })
    t.notOk(readFileSync(one).equals(readFileSync(later)), 'SOURCE_DATE_EPOCH sets the times')
  },
)

t.test('the package has the version of the program, and of its Node.js', { skip }, async t => {
  const { version, engines } = JSON.parse(
    readFileSync(join(repository, 'packages/serf-haproxy/package.json'), 'utf8'),
  ) as { version: string; engines: { node: string } }
  const deb = buildDeb({ out: temporaryFolder(t) })
  t.equal(basename(deb), `serf-haproxy_${version}_all.deb`)
  t.equal(dpkgDeb('--field', deb, 'Version').trim(), version)
  const oldest = engines.node.replace('>=', '')
  t.equal(dpkgDeb('--field', deb, 'Depends').trim(), `adduser, nodejs (>= ${oldest})`)
})

t.test(
  'everything belongs to root, only the program is executable, and nothing is of this machine',
  { skip },
  async t => {
    const deb = buildDeb({ out: temporaryFolder(t) })
    const entries = contents(deb)
    t.strictSame([...new Set(entries.map(({ owner }) => owner))], ['root/root'])
    const program = './usr/share/serf-haproxy/bin/serf-haproxy.js'
    for (const { mode, path } of entries) {
      const expected = mode.startsWith('d')
        ? 'drwxr-xr-x'
        : mode.startsWith('l')
          ? 'lrwxrwxrwx'
          : path === program
            ? '-rwxr-xr-x'
            : '-rw-r--r--'
      t.equal(mode, expected, path)
      t.match(path, /^\.\/(?:$|etc\/|usr\/)/)
    }
    const folder = temporaryFolder(t)
    dpkgDeb('--raw-extract', deb, folder)
    const { status } = spawnSync('grep', ['-rqF', repository, folder])
    t.equal(status, 1, 'no path of this clone')
    const sums = spawnSync('md5sum', ['--quiet', '--check', 'DEBIAN/md5sums'], { cwd: folder })
    t.equal(sums.status, 0)
  },
)

t.test('the package has the files for Prometheus and Grafana', { skip }, async t => {
  const paths = contents(buildDeb({ out: temporaryFolder(t) })).map(({ path }) => path)
  for (const name of ['rules.yml', 'rules.test.yml', 'dashboard.json'])
    t.ok(paths.includes(`./usr/share/serf-haproxy/monitoring/serf-haproxy.${name}`), name)
})
