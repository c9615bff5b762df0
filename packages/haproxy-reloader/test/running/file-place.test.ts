import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { inspectFile, isMountPoint } from '../../src/running/file-place.js'

const module = fileURLToPath(new URL('../../src/running/configuration-file.js', import.meta.url))

t.test('a mount point is found by its path, with escapes and other bytes', async t => {
  const lines = [
    '22 1 254:0 / / rw,relatime - ext4 /dev/root rw',
    String.raw`94 22 254:0 /x /etc/a\040b/haproxy.cfg rw - ext4 /dev/root rw`,
    `95 22 254:0 /y ${Buffer.from('/etc/é').toString('latin1')} rw - ext4 /dev/root rw`,
  ].join('\n')
  t.ok(isMountPoint('/etc/a b/haproxy.cfg', lines))
  t.ok(isMountPoint('/etc/é', lines))
  t.notOk(isMountPoint('/etc/a b', lines))
  t.notOk(isMountPoint('/x', lines))
  t.notOk(isMountPoint('/x', ''))
})

t.test('a file has its target, mode and number of names', async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'h.cfg')
  writeFileSync(file, '', { mode: 0o640 })
  linkSync(file, join(folder, 'second'))
  mkdirSync(join(folder, 'etc'))
  const path = join(folder, 'etc', 'haproxy.cfg')
  symlinkSync('../h.cfg', path)
  t.match(await inspectFile(path), { target: file, mode: 0o640, names: 2, problem: undefined })
  t.match(await inspectFile(join(folder, 'none')), { mode: undefined, names: 0 })
})

/** Commands that only a namespace of its own allows: other processes do not see its mounts. */
function inNamespace(script: string, ...args: string[]) {
  return spawnSync('unshare', ['-rm', 'sh', '-ec', script, 'sh', ...args], { encoding: 'utf8' })
}

const skip = inNamespace('true').status === 0 ? false : 'no namespaces can be made here'

/** Reads the configuration file as the reloader does first, and prints the error. */
const reading = `import('file://${module}').then(({ createConfigurationFile: create }) =>
  create(process.argv[1]).read().catch(error => console.log(error.code, error.message)))`

/** Reads the file, then writes it, and prints text and error. */
const readingAndWriting = `import('file://${module}').then(async ({ createConfigurationFile: create }) => {
  console.log(await create(process.argv[1]).read())
  await create(process.argv[1]).commit('x').catch(error => console.log(error.code, error.message))
})`

t.test('a file that is a mount of its own is refused when it is read', { skip }, async t => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'haproxy.cfg')
  writeFileSync(path, 'global\n')
  writeFileSync(join(folder, 'other'), 'global\n')
  const mount = 'mount --bind "$1/other" "$1/haproxy.cfg"; exec "$2" -e "$3" "$1/haproxy.cfg"'
  const { stdout, stderr } = inNamespace(mount, folder, process.execPath, reading)
  t.match(
    stdout,
    /^file Cannot replace .*haproxy\.cfg: .*mount of its own.*mount the folder/,
    stderr,
  )
})

t.test('a file in a folder that is read-only is read, and not written', { skip }, async t => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'haproxy.cfg'), 'global\n')
  const mount =
    'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; exec "$2" -e "$3" "$1/haproxy.cfg"'
  const { stdout, stderr } = inNamespace(mount, folder, process.execPath, readingAndWriting)
  t.match(stdout, /^global\n/, stderr)
  t.match(stdout, /file Cannot replace .*EROFS.*give this user write access/, stderr)
})

t.test('a folder in the place of the file is a problem with its remedy', async t => {
  const path = join(temporaryFolder(t), 'hosts.map')
  mkdirSync(path)
  t.match((await inspectFile(path)).problem, {
    text: 'expected a file, got a folder',
    remedy: 'move the folder away, or name another file',
    mayEnd: false,
  })
})
