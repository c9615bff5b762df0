import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { configurationFile } from '../src/running/configuration-file.js'

function emptyPlace(t: Tidy) {
  const folder = temporaryFolder(t)
  const path = join(folder, 'haproxy.cfg')
  return { folder, path, file: configurationFile(path) }
}

t.test('a file that is not there is no error, and is not unsettled', async t => {
  const { file } = emptyPlace(t)
  t.equal(await file.read(), undefined)
  t.equal(await file.mark(), undefined)
})

t.test('what is committed can be read, and only by its owner', async t => {
  const { folder, path, file } = emptyPlace(t)
  await file.commit('global\n')
  t.equal(await file.read(), 'global\n')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['haproxy.cfg'])
})

t.test('a file that others could read is not readable to them any more', async t => {
  const { path, file } = emptyPlace(t)
  writeFileSync(path, 'old\n', { mode: 0o644 })
  await file.commit('password in here\n')
  t.equal(statSync(path).mode & 0o777, 0o600)
})

t.test('a reader sees the old text or the new one, and never a part', async t => {
  const { path, file } = emptyPlace(t)
  const texts = ['a', 'b'].map(letter => letter.repeat(300_000))
  const [first = '', second = ''] = texts
  await file.commit(first)
  let writing = true
  const reading = (async () => {
    let whole = 0
    while (writing) {
      const found = await readFile(path, 'utf8')
      if (!texts.includes(found)) t.fail(`${found.length} characters were found`)
      whole++
    }
    return whole
  })()
  for (let i = 0; i < 20; i++) await file.commit(i % 2 === 0 ? second : first)
  writing = false
  t.ok((await reading) > 0)
})

t.test('a candidate stands beside the file until it is promoted', async t => {
  const { folder, path, file } = emptyPlace(t)
  await file.commit('old\n')
  await file.stage('new\n')
  t.equal(readFileSync(path, 'utf8'), 'old\n')
  t.equal(readFileSync(file.candidatePath, 'utf8'), 'new\n')
  t.equal(statSync(file.candidatePath).mode & 0o777, 0o600)
  t.equal(await file.mark(), undefined)

  await file.promote(7)
  t.equal(await file.read(), 'new\n')
  t.not(await file.mark(), undefined)
  t.strictSame(readdirSync(folder).toSorted(), ['haproxy.cfg', 'haproxy.cfg.unsettled'])

  await file.settle()
  t.equal(await file.mark(), undefined)
  t.strictSame(readdirSync(folder), ['haproxy.cfg'])
})

t.test('the mark outlives the program', async t => {
  const { path, file } = emptyPlace(t)
  await file.stage('new\n')
  await file.promote(7)
  t.not(await configurationFile(path).mark(), undefined)
})

t.test('committing takes the mark away', async t => {
  const { file } = emptyPlace(t)
  await file.stage('new\n')
  await file.promote(7)
  await file.commit('old\n')
  t.equal(await file.mark(), undefined)
})

t.test('discarding leaves the file alone, and may be done twice', async t => {
  const { folder, file } = emptyPlace(t)
  await file.commit('old\n')
  await file.stage('new\n')
  await file.discard()
  await file.discard()
  await file.settle()
  t.strictSame(readdirSync(folder), ['haproxy.cfg'])
  t.equal(await file.read(), 'old\n')
})

t.test('what the disk refuses is a ReloadError that says what and keeps its cause', async t => {
  const { path } = emptyPlace(t)
  writeFileSync(path, 'a file, not a folder')
  const below = configurationFile(join(path, 'haproxy.cfg'))
  const refused = { name: 'ReloadError', code: 'file', cause: { code: 'ENOTDIR' } }
  await t.rejects(below.read(), { ...refused, message: /^Cannot read / })
  await t.rejects(below.mark(), refused)
  await t.rejects(below.commit('x'), { ...refused, message: /^Cannot write / })
  await t.rejects(below.stage('x'), refused)
  await t.rejects(below.promote(7), refused)
})

t.test('a candidate that was never staged cannot be promoted', async t => {
  const { file } = emptyPlace(t)
  await t.rejects(file.promote(7), {
    code: 'file',
    message: /^Cannot replace /,
    cause: { code: 'ENOENT' },
  })
})

t.test('the text to go back to is the last that HAProxy took, however many were begun', async t => {
  const path = join(t.testdir({ 'haproxy.cfg': 'good\n' }), 'haproxy.cfg')
  for (const text of ['never seen through\n', 'nor this one\n']) {
    // Each by a reloader of its own: the one before was killed.
    const file = configurationFile(path)
    await file.stage(text)
    t.equal(await file.promote(7), 'good\n')
    t.equal(await file.read(), text)
  }
  const file = configurationFile(path)
  t.equal((await file.mark())?.lastGood, 'good\n')
  await file.goBack({ lastGood: 'good\n', worker: 7 })
  t.equal((await file.mark())?.lastGood, 'good\n', 'what HAProxy runs is still not known')
  await file.settle()
  t.equal(await file.mark(), undefined)
})

t.test('the mark tells which worker has not loaded the file', async t => {
  const { path, file } = emptyPlace(t)
  writeFileSync(path, 'good\n')
  await file.stage('new\n')
  await file.promote(7)
  t.strictSame(await file.mark(), { lastGood: 'good\n', worker: 7 })
  await file.goBack({ lastGood: 'good\n', worker: undefined })
  t.strictSame(await file.mark(), { lastGood: 'good\n', worker: undefined })
  t.equal(await file.read(), 'good\n')
  writeFileSync(`${path}.unsettled`, 'by hand\n')
  t.strictSame(await file.mark(), { lastGood: 'by hand\n', worker: undefined })
})
