import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { createNamedFiles } from '../../src/running/named-files.js'

function folderWithConfiguration(t: Tidy) {
  const folder = temporaryFolder(t)
  const configFile = join(folder, 'haproxy.cfg')
  writeFileSync(configFile, 'global\n', { mode: 0o640 })
  const path = join(folder, 'hosts.map')
  return { folder, path, files: createNamedFiles(configFile, {}) }
}
const modeOf = (path: string) => statSync(path).mode & 0o777
const map = (path: string, text: string) => ({ path, text, use: 'map' as const })

t.test('a new file has the mode of the configuration file, and others keep theirs', async t => {
  const { path, files } = folderWithConfiguration(t)
  t.strictSame(await files.stale([map(path, 'a 1\n')]), [{ path, text: null }])
  await files.write([map(path, 'a 1\n')])
  t.equal(readFileSync(path, 'utf8'), 'a 1\n')
  t.equal(modeOf(path), 0o640)
  chmodSync(path, 0o604)
  await files.write([map(path, 'a 2\n')])
  t.equal(modeOf(path), 0o604)
  t.strictSame(await files.stale([map(path, 'a 2\n')]), [])
  t.strictSame(await files.stale(undefined), [])
})

t.test('a file that has its content already is not replaced', async t => {
  const { path, files } = folderWithConfiguration(t)
  await files.write([map(path, 'a 1\n')])
  const { ino } = statSync(path)
  await files.write([map(path, 'a 1\n')])
  t.equal(statSync(path).ino, ino)
})

t.test('a link stays, and its target is replaced', async t => {
  const { folder, path, files } = folderWithConfiguration(t)
  const target = join(folder, 'target.map')
  writeFileSync(target, 'old 1\n')
  symlinkSync('target.map', path)
  await files.write([map(path, 'new 1\n')])
  t.ok(lstatSync(path).isSymbolicLink())
  t.equal(readFileSync(target, 'utf8'), 'new 1\n')
})

t.test('former files are put back, and new ones removed', async t => {
  const { folder, path, files } = folderWithConfiguration(t)
  const other = join(folder, 'other.map')
  writeFileSync(path, 'old 1\n')
  const desired = [map(path, 'new 1\n'), map(other, 'new 2\n')]
  const former = await files.stale(desired)
  t.strictSame(former, [
    { path, text: 'old 1\n' },
    { path: other, text: null },
  ])
  await files.write(desired)
  await files.restore(former)
  t.equal(readFileSync(path, 'utf8'), 'old 1\n')
  t.notOk(existsSync(other))
})

t.test('a relative path is one next to the configuration file', async t => {
  const { path, files } = folderWithConfiguration(t)
  await files.write([map('hosts.map', 'a 1\n')])
  t.equal(readFileSync(path, 'utf8'), 'a 1\n')
})

t.test('a path that is no file is an error', async t => {
  const { folder, files } = folderWithConfiguration(t)
  const path = join(folder, 'folder')
  mkdirSync(path)
  await t.rejects(files.read(path), { name: 'ReloadError', code: 'file' })
  const missing = map(join(folder, 'no', 'folder', 'm'), 'a 1\n')
  t.strictSame(await files.stale([missing]), [{ path: missing.path, text: null }])
  await t.rejects(files.write([missing]), { name: 'ReloadError', code: 'file' })
})
