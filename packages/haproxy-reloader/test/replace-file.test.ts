import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { replaceFile } from '../src/replace-file.js'

const module = fileURLToPath(new URL('../src/replace-file.js', import.meta.url))

/** Replaces a file in a process that may write 4 KiB to a file, as if the disk were full then. */
function replaceWithLittleSpace(path: string, text: string): string {
  // Without a listener the signal of the limit ends the process.
  const script = `process.on('SIGXFSZ', () => {})
  import('file://${module}').then(({ replaceFile }) =>
    replaceFile(process.argv[1], ${JSON.stringify(text)}, { mode: 0o600 })
      .then(() => console.log('replaced'), ({ code }) => console.log(code)))`
  const limited = `ulimit -f 8; exec "$1" -e "$2" "$3"`
  const args = ['-c', limited, 'sh', process.execPath, script, path]
  return spawnSync('sh', args, { encoding: 'utf8' }).stdout.trim()
}

t.test('a disk that takes only a part of the text leaves the old file, and no draft', async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'h.cfg')
  writeFileSync(file, 'old\n')
  t.equal(replaceWithLittleSpace(file, 'x'.repeat(20_000)), 'EFBIG')
  t.equal(readFileSync(file, 'utf8'), 'old\n')
  t.same(readdirSync(folder), ['h.cfg'])
  t.equal(replaceWithLittleSpace(file, 'new\n'), 'replaced')
  t.equal(readFileSync(file, 'utf8'), 'new\n')
})

t.test('mode and owner are as given, whatever the umask', async t => {
  const file = join(temporaryFolder(t), 'h.cfg')
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const umask = process.umask(0o077)
  await replaceFile(file, 'x', { mode: 0o664, owner }).finally(() => process.umask(umask))
  t.match(statSync(file), owner)
  t.equal(statSync(file).mode & 0o777, 0o664)
})

t.test('a link is replaced, and what it leads to is not', async t => {
  const folder = temporaryFolder(t)
  const [file, other] = [join(folder, 'h.cfg'), join(folder, 'other')]
  writeFileSync(other, 'of another user')
  symlinkSync(other, file)
  await replaceFile(file, 'x', { mode: 0o600 })
  t.equal(readFileSync(other, 'utf8'), 'of another user')
  t.equal(readFileSync(file, 'utf8'), 'x')
})

t.test('a folder in the place of the file is an error that leaves no draft', async t => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'h.cfg'))
  await t.rejects(replaceFile(join(folder, 'h.cfg'), 'x', { mode: 0o600 }), { code: 'EISDIR' })
  t.same(readdirSync(folder), ['h.cfg'])
})

t.test('drafts of processes that are gone are removed, and other files stay', async t => {
  const folder = temporaryFolder(t)
  const { pid } = spawnSync(process.execPath, ['--version'])
  const drafts = [`h.cfg.draft-${pid}-1`, `h.cfg.draft-${process.pid}-9999`]
  const others = [`h.cfg.draft-${process.ppid}-1`, 'h.cfg.draft-of-mine', 'h.cfg.20261128']
  for (const name of [...drafts, ...others]) writeFileSync(join(folder, name), '')
  await replaceFile(join(folder, 'h.cfg'), 'x', { mode: 0o600 })
  t.same(readdirSync(folder).toSorted(), ['h.cfg', ...others].toSorted())
})
