import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { requireOwnFolder } from '../../src/engine/own-folder.js'

const modeOf = (folder: string) => statSync(folder).mode & 0o777

t.test('a new folder is closed to other users', async t => {
  const folder = join(t.testdir(), 'a', 'lab')
  await requireOwnFolder(folder)
  t.equal(modeOf(folder), 0o700)
})

t.test('an open folder is closed', async t => {
  const folder = join(t.testdir(), 'lab')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  await requireOwnFolder(folder)
  t.equal(modeOf(folder), 0o700)
})

t.test('a file in the place of the folder is an error that names the option', async t => {
  const folder = join(t.testdir({ lab: 'a file' }), 'lab')
  await t.rejects(requireOwnFolder(folder), {
    name: 'LabError',
    message: /The lab cannot use the folder .*lab: EEXIST.*; name another with --folder/,
  })
})
