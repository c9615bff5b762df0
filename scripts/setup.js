// Makes a fresh clone ready: npm packages, build, and the real HAProxy, Serf
// and s6. Plain JavaScript without dependencies: it runs before there are any.
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const repository = fileURLToPath(new URL('..', import.meta.url))

/** The programs that run for real, and the Debian package of each. */
const programs = {
  haproxy: 'haproxy',
  serf: 'serf',
  's6-svscan': 's6',
  execlineb: 'execline',
  iptables: 'iptables',
  keepalived: 'keepalived',
}

const oldestNode = [20, 19]
const installStamp = join(repository, 'node_modules', '.serf-haproxy-install')
const buildStamp = join(repository, 'node_modules', '.serf-haproxy-build')
const policy = '/usr/sbin/policy-rc.d'

/** Does whatever is still missing, and says so on stderr; exits with 2 where it cannot. */
export function setUp() {
  setUpSources()
  installPrograms(programs)
}

/** The same for what runs without the programs: npm packages and the build. */
export function setUpSources() {
  requireNode()
  installPackages()
  build()
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  fail(`Node.js is too old: expected ${oldestNode.join('.')} or later, got ${process.version}`)
}

function installPackages() {
  // Not `npm ci`: where a registry lacks other platforms' optional bindings, npm 11
  // leaves them out of the lock file and then refuses it. This takes the locked versions too.
  if (modified(installStamp) >= modified(join(repository, 'package-lock.json'))) return
  const npm = process.env.npm_execpath
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  download('Installing npm packages', command, [
    ...args,
    'install',
    // The clone stays clean: npm would leave other platforms' packages out of the lock file.
    '--no-save',
    '--no-progress',
    '--loglevel=error',
  ])
  writeFileSync(installStamp, '')
}

function build() {
  const bundler = join(repository, 'scripts/bundle.js')
  const inputs = [newestSource(repository), modified(bundler), modified(installStamp)]
  if (modified(buildStamp) > Math.max(...inputs)) return
  step('Building', process.execPath, [
    join(repository, 'node_modules/typescript/bin/tsc'),
    '--build',
  ])
  step('Bundling', process.execPath, [bundler])
  writeFileSync(buildStamp, '')
}

/** Installs the packages, one or several each, of those programs that are not on the PATH. */
export function installPrograms(wanted) {
  const missing = Object.keys(wanted).filter(program => !isOnPath(program))
  if (missing.length === 0) return
  const packages = [...new Set(missing.flatMap(program => wanted[program]))]
  const isDebian = isOnPath('apt-get')
  if (!isDebian || process.getuid?.() !== 0) {
    fail(
      `${missing.join(', ')} not found on the PATH; ` +
        (isDebian
          ? `install them with: sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
          : `install ${packages.join(', ')} by your system's own means`),
    )
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // apt takes a list that it could not fetch for a success: it has to retry itself.
  const retries = ['-o', 'Acquire::Retries=3']
  download('Refreshing the package lists', 'apt-get', [...retries, 'update', '-q'], { env })
  withoutStartingServices(packages, () =>
    download(
      `Installing ${packages.join(', ')}`,
      'apt-get',
      [...retries, 'install', '-y', '-q', '--no-install-recommends', ...packages],
      { env },
    ),
  )
}

/**
 * Debian starts what it installs, and its serf would take the gossip port of
 * every address. Services that were there before stay as they were.
 */
function withoutStartingServices(packages, install) {
  const isMine = !existsSync(policy)
  if (isMine) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (isMine) rmSync(policy, { force: true })
  }
  const services = packages.filter(name =>
    ['haproxy', 'serf', 'keepalived', 'prometheus'].includes(name),
  )
  if (existsSync('/run/systemd/system') && services.length > 0) {
    step(`Leaving the new services disabled: ${services.join(', ')}`, 'systemctl', [
      'disable',
      ...services,
    ])
  }
}

/** Runs one step; its output is shown only where it fails. */
export function step(title, command, args, env = process.env) {
  attempts(title, [command, ...args], { env, pauses: [] })
}

/** Runs a step that downloads: a failure may pass, so it is tried three times. */
export function download(title, command, args, { env = process.env, pauses = [2000, 8000] } = {}) {
  attempts(title, [command, ...args], { env, pauses })
}

/** Tries a command once, and again after each of the pauses (ms); ends the process where all fail. */
function attempts(title, [command, ...args], { env, pauses }) {
  process.stderr.write(`${title} … `)
  const startedAt = performance.now()
  for (const pause of [...pauses, undefined]) {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: repository,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    if (status === 0) {
      process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
      return
    }
    process.stderr.write(`failed\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`)
    // A program that is not there does not come by waiting.
    if (pause === undefined || error) break
    process.stderr.write(`${title}, again after ${pause / 1000} s … `)
    sleep(pause)
  }
  const tries = pauses.length > 0 ? `, tried up to ${pauses.length + 1} times` : ''
  fail(`${title} failed: ${command} ${args.join(' ')}${tries}`)
}

/** Pauses this process; the set-up is synchronous. */
function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function modified(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0
}

/** Time of the last change of a file that the build reads. */
function newestSource(folder) {
  let newest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '.git', '.tap', 'docs'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path))
    else if (/\.ts$|tsconfig.*\.json$/.test(entry.name)) newest = Math.max(newest, modified(path))
  }
  return newest
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`)
  process.exit(2)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUp()
