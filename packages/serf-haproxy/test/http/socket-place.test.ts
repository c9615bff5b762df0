import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { problemOfSocketPlace } from '../../src/http/socket-place.js'

const me = process.geteuid?.() ?? 0
/** A user that owns none of the test's files and is not root. */
const stranger = me + 4321

function folderOf(t: Test, mode: number): string {
  const folder = join(temporaryFolder(t), 'state')
  mkdirSync(folder)
  chmodSync(folder, mode)
  return folder
}

t.test('a folder that is missing or of this user alone is safe', async t => {
  t.equal(problemOfSocketPlace('/nowhere/at/all/control.sock'), undefined)
  for (const mode of [0o700, 0o755, 0o1777])
    t.equal(problemOfSocketPlace(join(folderOf(t, mode), 'control.sock')), undefined)
})

t.test('a folder to which other users may write is refused with its remedy', async t => {
  for (const mode of [0o777, 0o770, 0o722]) {
    const folder = folderOf(t, mode)
    t.equal(
      problemOfSocketPlace(join(folder, 'control.sock')),
      `other users may write to the folder ${folder}: expected mode 700, got ${mode.toString(8)}; remove what is not yours, then \`chmod 700 ${folder}\`, or set another \`stateFolder\``,
    )
  }
})

t.test('a link in the place of the socket is refused, also one that leads nowhere', async t => {
  const path = join(folderOf(t, 0o700), 'control.sock')
  symlinkSync('/nowhere', path)
  t.match(problemOfSocketPlace(path), /is a link: expected a socket, or nothing; remove the link/)
})

t.test('a file, folder or link of another user is refused', async t => {
  const folder = folderOf(t, 0o700)
  const path = join(folder, 'control.sock')
  writeFileSync(path, '')
  const root = me === 0
  // Root's own files are trusted by every user, but not the socket of another one.
  t.match(
    problemOfSocketPlace(path, stranger),
    root ? /control\.sock belongs to another user/ : /folder .* belongs to another user/,
  )
  const link = join(temporaryFolder(t), 'link')
  symlinkSync(folder, link)
  t.equal(problemOfSocketPlace(join(link, 'other.sock')), undefined, 'a link of this user')
  // Only root can give files away.
  if (!root) return
  lchownSync(link, stranger, stranger)
  t.match(problemOfSocketPlace(join(link, 'a.sock')), /is a link of another user: .* owner of root/)
  chownSync(folder, stranger, stranger)
  t.match(problemOfSocketPlace(path), /belongs to another user: .*`chown 0 /)
})
