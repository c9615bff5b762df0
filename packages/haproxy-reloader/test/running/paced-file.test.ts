import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, until, type Tidy } from 'real-components'
import t from 'tap'
import { createConfigurationFile } from '../../src/running/configuration-file.js'
import { createPacedFile } from '../../src/running/paced-file.js'

const padding = '# a comment of a large configuration\n'.repeat(3000)

/** A paced file with `old` in it; `computed` has the texts that were asked for, `written` those that were written. */
async function pacedSetup(t: Tidy, old: string) {
  const path = join(temporaryFolder(t), 'haproxy.cfg')
  writeFileSync(path, old)
  const disk = createConfigurationFile(path)
  const written: string[] = []
  const computed: string[] = []
  const file = createPacedFile({
    ...disk,
    commit: text => (written.push(text), disk.commit(text)),
  })
  t.teardown(() => file.close())
  await file.read()
  const state = (text: string) => ({
    get text() {
      computed.push(text)
      return text
    },
  })
  return { path, disk, file, state, computed, written, onDisk: () => readFileSync(path, 'utf8') }
}

t.test('a small file is written when the commit resolves, each time', async t => {
  const { file, state, onDisk } = await pacedSetup(t, 'old\n')
  for (const text of ['a\n', 'b\n', 'c\n']) {
    await file.commit(state(text))
    t.equal(onDisk(), text)
  }
})

t.test('a large file: of changes that follow each other the newest is written', async t => {
  const { file, state, computed, written, onDisk } = await pacedSetup(t, padding)
  for (let i = 0; i < 50; i++) await file.commit(state(`${padding}${i}\n`))
  t.strictSame(computed, [], 'no commit reads a text')
  t.strictSame(written, [])
  await until('the file', () => written.length > 0)
  await file.flush()
  t.equal(written.length, 1)
  t.equal(computed.length, 1)
  t.equal(onDisk(), `${padding}49\n`)
})

t.test('a large file is written without a flush, within the bound', async t => {
  const { file, state, onDisk } = await pacedSetup(t, padding)
  for (const i of [1, 2, 3]) {
    await file.commit(state(`${padding}${i}\n`))
    await until('the file', () => onDisk() === `${padding}${i}\n`)
  }
})

t.test('a text that waits reads as if it was written, and leaves no reload pending', async t => {
  const { file, state, disk } = await pacedSetup(t, padding)
  await file.replace({ text: `${padding}first\n` }, 7)
  await file.commit(state(`${padding}second\n`))
  t.equal(await file.read(), `${padding}second\n`)
  t.equal(await file.pendingMarker(), undefined)
  t.match(await disk.pendingMarker(), { worker: 7 }, 'the disk does not have it yet')
  await file.flush()
  t.equal(await disk.pendingMarker(), undefined)
})

t.test('a reload writes the waiting text first: it is the last good one', async t => {
  const { file, state, onDisk } = await pacedSetup(t, padding)
  await file.commit(state(`${padding}runs\n`))
  t.equal(await file.replace({ text: 'new\n' }, 7), `${padding}runs\n`)
  t.equal(onDisk(), 'new\n')
  t.match(await file.pendingMarker(), { lastGood: `${padding}runs\n` })
  await file.restore({ lastGood: `${padding}runs\n`, worker: 7 })
  await file.clearPending()
  t.equal(await file.pendingMarker(), undefined)
  t.equal(await file.read(), `${padding}runs\n`)
})

t.test('a disk that refuses is an error of the flush, and the text is written later', async t => {
  const { path, file, state, onDisk } = await pacedSetup(t, padding)
  rmSync(path)
  mkdirSync(join(path, 'folder'), { recursive: true })
  await file.commit(state(`${padding}new\n`))
  const refused = { name: 'ReloadError', code: 'file' }
  await t.rejects(file.flush(), refused)
  t.ok(file.isRefused)
  await t.rejects(file.replace({ text: 'other\n' }, 7), refused, 'a reload needs the file')
  t.equal(await file.read(), `${padding}new\n`)
  rmSync(path, { recursive: true })
  await until('the file', () => !file.isRefused)
  t.equal(onDisk(), `${padding}new\n`)
})

t.test('a small file that the disk refuses is an error of the commit', async t => {
  const { path, file, state } = await pacedSetup(t, 'old\n')
  rmSync(path)
  mkdirSync(join(path, 'folder'), { recursive: true })
  await t.rejects(file.commit(state('new\n')), { name: 'ReloadError', code: 'file' })
  await file.close()
  await file.flush()
  t.ok(file.isRefused)
})

t.test('the end writes the waiting text', async t => {
  const { file, state, onDisk } = await pacedSetup(t, padding)
  await file.commit(state(`${padding}end\n`))
  await file.close()
  t.equal(onDisk(), `${padding}end\n`)
})
