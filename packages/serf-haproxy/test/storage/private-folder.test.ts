import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import {
  foreignControl,
  isOpenToAll,
  preparePrivateFolder,
  sharedMode,
} from '../../src/storage/private-folder.js'

t.test('a missing folder is created for its owner only', async t => {
  const path = join(temporaryFolder(t), 'a', 'b')
  t.equal(foreignControl(path), undefined)
  t.equal(preparePrivateFolder(path), undefined)
  t.equal(statSync(path).mode & 0o777, 0o700)
  t.equal(sharedMode(path), undefined)
})

t.test('a folder that others may write is repaired, and one that they may read stays', async t => {
  const path = temporaryFolder(t)
  for (const mode of [0o777, 0o770, 0o1777, 0o702]) {
    chmodSync(path, mode)
    t.equal(sharedMode(path), mode.toString(8))
    t.match(preparePrivateFolder(path), `had mode ${mode.toString(8)}, so that other users`)
    t.equal(statSync(path).mode & 0o777, 0o700)
  }
  chmodSync(path, 0o755)
  t.equal(preparePrivateFolder(path), undefined)
  t.equal(statSync(path).mode & 0o777, 0o755)
})

t.test('a folder is open to all if every user may replace its files', async t => {
  const path = temporaryFolder(t)
  for (const [mode, isOpen] of [
    [0o777, true],
    [0o1777, false],
    [0o775, false],
  ] as const) {
    chmodSync(path, mode)
    t.equal(isOpenToAll(path), isOpen, mode.toString(8))
  }
})

t.test('a link in a private folder is followed, and one in an open folder is not', async t => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'real'), { mode: 0o700 })
  const link = join(folder, 'link')
  symlinkSync('real', link)
  t.equal(preparePrivateFolder(link), undefined)
  chmodSync(folder, 0o777)
  t.throws(() => preparePrivateFolder(link), {
    code: 'state-folder',
    message: /expected a folder, got a link in .*, which other users may write; name the folder/,
  })
})

const skip = process.getuid?.() === 0 ? false : 'only root may give a folder away'
const otherUser = 65_534

t.test('a folder of another user is refused, with the remedy', { skip }, async t => {
  const path = temporaryFolder(t)
  chownSync(path, otherUser, otherUser)
  t.throws(() => preparePrivateFolder(path), {
    code: 'state-folder',
    message: /expected a folder of user 0, got one of user 65534, .*; chown 0 /,
  })
  t.match(foreignControl(path), { remedy: `chown 0 ${path}` })
})

t.test('a file in the place of the folder is an error of the file system', async t => {
  const path = t.testdir({ file: '' })
  t.throws(() => preparePrivateFolder(join(path, 'file')), { code: /^(?:EEXIST|ENOTDIR)$/ })
})
