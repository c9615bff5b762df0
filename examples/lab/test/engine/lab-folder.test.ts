import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  claimFolder,
  readMark,
  removeLabFolder,
  requireLabFolder,
  type LabMark,
} from '../../src/engine/lab-folder.js'

const mark: LabMark = { runner: 'process', subnet: '127.0.64' }
const modeOf = (folder: string) => statSync(folder).mode & 0o777

t.test('a new folder is closed to other users, and keeps engine and network', async t => {
  const folder = join(t.testdir(), 'a', 'lab')
  await claimFolder(folder, mark)
  t.equal(modeOf(folder), 0o700)
  t.same(readMark(folder), mark)
})

t.test('an open folder is closed', async t => {
  const folder = join(t.testdir(), 'lab')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  await claimFolder(folder, mark)
  t.equal(modeOf(folder), 0o700)
})

t.test('a folder with other files is refused and stays as it is', async t => {
  const folder = t.testdir({ 'keys.json': '{"gossip":"x","rpc":"y"}', 'thesis.txt': 'important' })
  const refusal = {
    name: 'LabError',
    message:
      /cannot use the folder .*: expected no files but those of a lab, got keys\.json, thesis\.txt; name another with --folder/,
  }
  await t.rejects(claimFolder(folder, mark), refusal)
  await removeLabFolder(folder)
  t.same(readdirSync(folder), ['keys.json', 'thesis.txt'])
  t.equal(readMark(folder), undefined)
})

t.test('a folder whose mark is not valid is not a lab’s', async t => {
  const marks = [
    '',
    'null',
    '[]',
    '{}',
    '{"runner":"process"}',
    '{"runner":"x","subnet":"127.0.1"}',
  ]
  for (const text of marks) {
    const folder = t.testdir({ 'serf-haproxy-lab.json': text })
    t.equal(readMark(folder), undefined, text)
    await removeLabFolder(folder)
    t.ok(existsSync(join(folder, 'serf-haproxy-lab.json')))
  }
})

t.test('a lab removes its own files only', async t => {
  const folder = join(t.testdir(), 'lab')
  await claimFolder(folder, mark)
  mkdirSync(join(folder, 'nodes', 's1'), { recursive: true })
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await removeLabFolder(folder)
  t.same(readdirSync(folder), ['notes.txt'])
})

t.test('the folder of an ended lab is cleared for the next one', async t => {
  const folder = join(t.testdir(), 'lab')
  await claimFolder(folder, mark)
  mkdirSync(join(folder, 'nodes', 's1'), { recursive: true })
  const next: LabMark = { runner: 'podman', subnet: '192.168.43' }
  await claimFolder(folder, next)
  t.same(readMark(folder), next)
  t.same(readdirSync(folder), ['serf-haproxy-lab.json'])
})

t.test('a link and a file in the place of the folder are errors that name the option', async t => {
  const place = t.testdir({ file: 'a file', target: {} })
  symlinkSync(join(place, 'target'), join(place, 'link'))
  const wrong = { file: /EEXIST/, link: /expected a folder, got a symbolic link/ }
  for (const [name, message] of Object.entries(wrong)) {
    const claimed = claimFolder(join(place, name), mark)
    await t.rejects(claimed, { name: 'LabError', message }, name)
    await t.rejects(claimed, /; name another with --folder/, name)
  }
  t.same(readdirSync(join(place, 'target')), [])
})

t.test('a link to a lab’s folder does not lead to its removal', async t => {
  const place = t.testdir()
  const [folder, link] = [join(place, 'lab'), join(place, 'link')]
  await claimFolder(folder, mark)
  mkdirSync(join(folder, 'nodes', 's1'), { recursive: true })
  symlinkSync(folder, link)
  t.equal(readMark(link), undefined)
  await removeLabFolder(link)
  await t.rejects(claimFolder(link, mark), /got a symbolic link; name another with --folder/)
  t.throws(() => requireLabFolder(link), { name: 'LabError', message: /is not this lab's/ })
  t.same(readdirSync(folder).toSorted(), ['nodes', 'serf-haproxy-lab.json'])
  requireLabFolder(folder)
})

t.test('a mark that is a link does not make a folder a lab’s', async t => {
  const place = t.testdir({ other: {} })
  const other = join(place, 'other')
  await claimFolder(join(place, 'lab'), mark)
  symlinkSync(join(place, 'lab', 'serf-haproxy-lab.json'), join(other, 'serf-haproxy-lab.json'))
  mkdirSync(join(other, 'nodes'))
  t.equal(readMark(other), undefined)
  await removeLabFolder(other)
  t.ok(existsSync(join(other, 'nodes')))
})

t.test(
  'a folder or a mark of another user is not a lab’s',
  { skip: process.getuid?.() === 0 ? false : 'only root can give a folder away' },
  async t => {
    const otherUser = 65_534
    for (const given of ['.', 'serf-haproxy-lab.json']) {
      const folder = join(t.testdir(), 'lab')
      await claimFolder(folder, mark)
      mkdirSync(join(folder, 'nodes'))
      chownSync(join(folder, given), otherUser, otherUser)
      t.equal(readMark(folder), undefined, given)
      await removeLabFolder(folder)
      t.ok(existsSync(join(folder, 'nodes')), given)
      await t.rejects(claimFolder(folder, mark), { name: 'LabError' }, given)
    }
  },
)
