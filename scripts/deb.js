// npm run deb [-- --out FOLDER]: builds serf-haproxy_VERSION_all.deb of the
// agent's bundle, with dpkg-deb alone. The same sources give the same bytes.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { repository, setUpSources } from './setup.js'

const debian = join(repository, 'debian')
const agent = join(repository, 'packages/serf-haproxy')
const renderer = join(repository, 'packages/haproxy-config-render')
const program = 'usr/share/serf-haproxy'
const documentation = 'usr/share/doc/serf-haproxy'

/** What is installed, with the folder or file that it comes from. */
const installed = [
  [join(agent, 'package.json'), `${program}/package.json`],
  [join(agent, 'dist/program'), `${program}/dist/program`],
  [join(agent, 'monitoring'), `${program}/monitoring`],
  [join(agent, 'schema'), `${program}/schema`],
  [join(agent, 'templates'), `${program}/templates`],
  // The page: its modules run in the browser, and are not in the bundle.
  [join(agent, 'src/page'), `${program}/src/page`, /\.(?:css|html|svg)$/],
  [join(agent, 'dist/src/page'), `${program}/dist/src/page`, /\.js$/],
  [join(agent, 'dist/src/state'), `${program}/dist/src/state`, /\.js$/],
  [join(agent, 'dist/src/printable-name.js'), `${program}/dist/src/printable-name.js`],
  // The default template is found by the name of its package.
  [join(renderer, 'package.json'), `${program}/node_modules/haproxy-config-render/package.json`],
  [join(renderer, 'templates'), `${program}/node_modules/haproxy-config-render/templates`],
  [join(debian, 'serf-haproxy.service'), 'usr/lib/systemd/system/serf-haproxy.service'],
  [join(debian, 'serf-haproxy.default'), 'etc/default/serf-haproxy'],
  [join(repository, 'docs/how-to/debian.md'), `${documentation}/README.Debian`],
  [join(debian, 'examples'), `${documentation}/examples`],
]

const scripts = ['postinst', 'prerm', 'postrm']

/**
 * Builds the package into a folder.
 *
 * @param options.version - Debian's version; by default that of debian/changelog
 * @returns the path of the package
 * @throws Error if dpkg-deb is missing, or a file that the build makes
 */
export function buildDeb({ out, version = newestChange().version }) {
  const { date } = newestChange()
  const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.parse(date) / 1000))
  const root = mkdtempSync(join(tmpdir(), 'serf-haproxy-deb-'))
  const deb = join(out, `serf-haproxy_${version}_all.deb`)
  try {
    stage(root)
    writeControl(root, version)
    settle(root, epoch)
    mkdirSync(out, { recursive: true })
    runDpkgDeb([root, deb], epoch)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return deb
}

/** Returns version and date of the newest entry of debian/changelog. */
export function newestChange() {
  const text = readFileSync(join(debian, 'changelog'), 'utf8')
  const [, version] = /^serf-haproxy \((\S+)\)/.exec(text) ?? []
  const [, date] = /^ -- .*> {2}(.+)$/m.exec(text) ?? []
  if (version === undefined || date === undefined)
    throw new Error('debian/changelog: expected an entry with a version and a date, got none')
  return { version, date }
}

/** Lays out what is installed. */
function stage(root) {
  for (const [from, to, names = /(?:)/] of installed) {
    const isWanted = path => lstatSync(path).isDirectory() || names.test(path)
    mkdirSync(dirname(join(root, to)), { recursive: true })
    cpSync(from, join(root, to), { recursive: true, filter: isWanted })
  }
  const licences = join(root, program, 'dist/program/LICENSES.txt')
  write(root, `${documentation}/copyright`, [
    readFileSync(join(debian, 'copyright')),
    readFileSync(licences),
  ])
  rmSync(licences)
  write(root, `${documentation}/changelog.gz`, [compressed('changelog')])
  write(root, 'usr/share/man/man1/serf-haproxy.1.gz', [compressed('serf-haproxy.1')])
  // Not the first Node.js on the PATH: the package depends on Debian's.
  const bin = readFileSync(join(agent, 'bin/serf-haproxy.js'), 'utf8')
  write(root, `${program}/bin/serf-haproxy.js`, [bin.replace(/^#!.*/, '#!/usr/bin/node')], 0o755)
  mkdirSync(join(root, 'usr/bin'))
  symlinkSync('../share/serf-haproxy/bin/serf-haproxy.js', join(root, 'usr/bin/serf-haproxy'))
  // The operator's own files come here.
  mkdirSync(join(root, 'etc/serf-haproxy'))
}

function writeControl(root, version) {
  const files = filesIn(root)
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(root, file)).size, 0)
  const control = readFileSync(join(debian, 'control'), 'utf8').replace(
    /^Package: .*\n/,
    found => `${found}Version: ${version}\nInstalled-Size: ${Math.ceil(bytes / 1024)}\n`,
  )
  const sums = files
    .filter(file => lstatSync(join(root, file)).isFile())
    .map(
      file =>
        `${createHash('md5')
          .update(readFileSync(join(root, file)))
          .digest('hex')}  ${file}\n`,
    )
  const conffiles = files.filter(file => file.startsWith('etc/')).map(file => `/${file}\n`)
  write(root, 'DEBIAN/control', [control])
  write(root, 'DEBIAN/md5sums', sums)
  write(root, 'DEBIAN/conffiles', conffiles)
  write(root, 'DEBIAN/triggers', [readFileSync(join(debian, 'triggers'))])
  for (const name of scripts)
    write(root, `DEBIAN/${name}`, [readFileSync(join(debian, name))], 0o755)
}

/** Gives everything the modes and times that do not depend on the clone or the clock. */
function settle(root, epoch) {
  chmodSync(root, 0o755)
  for (const name of readdirSync(root, { recursive: true })) {
    const path = join(root, name)
    const found = lstatSync(path)
    const isProgram = found.isDirectory() || scripts.includes(relative(join(root, 'DEBIAN'), path))
    const isExecutable = isProgram || path.endsWith('/bin/serf-haproxy.js')
    if (!found.isSymbolicLink()) chmodSync(path, isExecutable ? 0o755 : 0o644)
    lutimesSync(path, epoch, epoch)
  }
  lutimesSync(root, epoch, epoch)
}

function runDpkgDeb(args, epoch) {
  // Blocks of several threads would make the bytes depend on the machine.
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), DPKG_DEB_THREADS_MAX: '1' }
  try {
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  } catch (cause) {
    const reason = cause.code === 'ENOENT' ? 'not found on the PATH' : String(cause.stderr).trim()
    throw new Error(`dpkg-deb: ${reason}; it is part of dpkg, as on Debian`, { cause })
  }
}

function filesIn(root) {
  return readdirSync(root, { recursive: true })
    .filter(name => !lstatSync(join(root, name)).isDirectory())
    .toSorted((a, b) => (a < b ? -1 : 1))
}

function compressed(name) {
  return gzipSync(readFileSync(join(debian, name)), { level: 9 })
}

function write(root, path, parts, mode = 0o644) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), Buffer.concat(parts.map(part => Buffer.from(part))), { mode })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } })
  setUpSources()
  console.log(buildDeb({ out: resolve(process.env.INIT_CWD ?? '.', values.out) }))
}
