import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import {
  createConfigurationFile,
  type ConfigurationFile,
} from '../../src/running/configuration-file.js'

function emptyFolder(t: Tidy) {
  const folder = temporaryFolder(t)
  const path = join(folder, 'haproxy.cfg')
  return { folder, path, file: createConfigurationFile(path) }
}

t.test('a missing file is no error, and is not pending', async t => {
  const { file } = emptyFolder(t)
  t.equal(await file.read(), undefined)
  t.equal(await file.pendingMarker(), undefined)
})

t.test('a committed text can be read, and only by its owner', async t => {
  const { folder, path, file } = emptyFolder(t)
  await file.commit('global\n')
  t.equal(await file.read(), 'global\n')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['haproxy.cfg'])
})

/** Each way of writing the file. */
const ways: Record<string, (file: ConfigurationFile, text: string) => Promise<unknown>> = {
  commit: (file, text) => file.commit(text),
  replace: (file, text) => file.replace({ text }, 7),
  restore: (file, lastGood) => file.restore({ lastGood, worker: 7 }),
}

for (const [way, write] of Object.entries(ways)) {
  t.test(`${way} keeps the link, its target's mode, owner and group`, async t => {
    const { folder, path, file } = emptyFolder(t)
    const real = join(folder, 'real')
    mkdirSync(real)
    const target = join(real, 'h.cfg')
    writeFileSync(target, 'old\n')
    chmodSync(target, 0o640)
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(target, 1234, 4)
    symlinkSync('real/h.cfg', path)
    await write(file, 'new\n')
    t.equal(readlinkSync(path), 'real/h.cfg')
    t.equal(readFileSync(target, 'utf8'), 'new\n')
    const { mode, uid, gid } = statSync(target)
    t.equal(mode & 0o777, 0o640)
    if (isRoot) t.same({ uid, gid }, { uid: 1234, gid: 4 })
    t.strictSame(readdirSync(folder).toSorted(), ['haproxy.cfg', 'real'])
    t.strictSame(
      readdirSync(real).toSorted(),
      way === 'commit' ? ['h.cfg'] : ['h.cfg', 'h.cfg.pending'],
    )
    await file.clearPending()
    t.strictSame(readdirSync(real), ['h.cfg'])
  })

  t.test(`${way} gives the file the mode, the owner and the group of the settings`, async t => {
    const folder = temporaryFolder(t)
    const path = join(folder, 'haproxy.cfg')
    writeFileSync(path, 'old\n', { mode: 0o600 })
    const isRoot = process.getuid?.() === 0
    const owner = isRoot ? { uid: 1234, gid: 4 } : {}
    const file = createConfigurationFile(path, { mode: 0o640, ...owner })
    for (const text of ['new\n', 'newer\n']) {
      await write(file, text)
      t.equal(readFileSync(path, 'utf8'), text)
      t.equal(statSync(path).mode & 0o777, 0o640)
      t.match(statSync(path), owner)
    }
    if (way !== 'commit') t.equal(statSync(`${path}.pending`).mode & 0o777, 0o600)
  })

  t.test(`${way} writes the target of a link that has none yet, private`, async t => {
    const { folder, path, file } = emptyFolder(t)
    symlinkSync('later.cfg', path)
    t.equal(await file.read(), undefined)
    await write(file, 'new\n')
    const target = join(folder, 'later.cfg')
    t.equal(readFileSync(target, 'utf8'), 'new\n')
    t.equal(statSync(target).mode & 0o777, 0o600)
    t.equal(readlinkSync(path), 'later.cfg')
  })

  t.test(`${way} has the mode as found under any umask`, async t => {
    const { path, file } = emptyFolder(t)
    writeFileSync(path, 'old\n')
    chmodSync(path, 0o664)
    const before = process.umask(0o077)
    t.teardown(() => process.umask(before))
    await write(file, 'new\n')
    t.equal(statSync(path).mode & 0o777, 0o664)
  })
}

t.test('links in a circle are an error that says so', async t => {
  const { path, file } = emptyFolder(t)
  symlinkSync('haproxy.cfg', path)
  await t.rejects(file.read(), { code: 'file', message: /Cannot read .*too many links/ })
})

t.test('a reader sees the old text or the new one, never a part', async t => {
  const { path, file } = emptyFolder(t)
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

t.test('a replacement has a marker until it is confirmed', async t => {
  const { folder, path, file } = emptyFolder(t)
  await file.commit('old\n')
  t.equal(await file.replace({ text: 'new\n' }, 7), 'old\n')
  t.equal(await file.read(), 'new\n')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.strictSame(await file.pendingMarker(), { lastGood: 'old\n', worker: 7, former: [] })
  t.strictSame(readdirSync(folder).toSorted(), ['haproxy.cfg', 'haproxy.cfg.pending'])

  await file.clearPending()
  t.equal(await file.pendingMarker(), undefined)
  t.strictSame(readdirSync(folder), ['haproxy.cfg'])
})

t.test('the marker outlives the program', async t => {
  const { path, file } = emptyFolder(t)
  await file.replace({ text: 'new\n' }, 7)
  t.not(await createConfigurationFile(path).pendingMarker(), undefined)
})

t.test('a commit removes the marker', async t => {
  const { file } = emptyFolder(t)
  await file.replace({ text: 'new\n' }, 7)
  await file.commit('old\n')
  t.equal(await file.pendingMarker(), undefined)
})

t.test('a marker that cannot be written leaves the file, and no candidate', async t => {
  const { folder, path, file } = emptyFolder(t)
  await file.commit('old\n')
  // A folder in the marker's place refuses to root too.
  mkdirSync(`${path}.pending`)
  await t.rejects(file.replace({ text: 'new\n' }, 7), { name: 'ReloadError', code: 'file' })
  t.equal(readFileSync(path, 'utf8'), 'old\n')
  t.strictSame(readdirSync(folder).toSorted(), ['haproxy.cfg', 'haproxy.cfg.pending'])
})

t.test('a candidate that cannot be written leaves everything as it was', async t => {
  const { folder, path, file } = emptyFolder(t)
  await file.commit('old\n')
  mkdirSync(`${path}.candidate`)
  await t.rejects(file.replace({ text: 'new\n' }, 7), {
    code: 'file',
    message: /^Cannot write .*candidate/,
  })
  t.equal(await file.read(), 'old\n')
  t.equal(await file.pendingMarker(), undefined)
  t.strictSame(readdirSync(folder).toSorted(), ['haproxy.cfg', 'haproxy.cfg.candidate'])
})

t.test('clearing a marker that is not there is no error', async t => {
  const { folder, file } = emptyFolder(t)
  await file.commit('old\n')
  await file.clearPending()
  await file.clearPending()
  t.strictSame(readdirSync(folder), ['haproxy.cfg'])
})

t.test('a disk error is a ReloadError with the action and the cause', async t => {
  const { path } = emptyFolder(t)
  writeFileSync(path, 'a file, not a folder')
  const below = createConfigurationFile(join(path, 'haproxy.cfg'))
  const refused = { name: 'ReloadError', code: 'file', cause: { code: 'ENOTDIR' } }
  await t.rejects(below.read(), { ...refused, message: /^Cannot read / })
  await t.rejects(below.pendingMarker(), refused)
  await t.rejects(below.commit('x'), { ...refused, message: /^Cannot write / })
  await t.rejects(below.replace({ text: 'x' }, 7), refused)
  await t.rejects(below.restore({ lastGood: 'x', worker: 7 }), refused)
})

t.test(
  'the last good text is the last that HAProxy loaded, after any number of interrupted reloads',
  async t => {
    const path = join(t.testdir({ 'haproxy.cfg': 'good\n' }), 'haproxy.cfg')
    for (const text of ['not completed\n', 'nor this one\n']) {
      // Each by a new reloader: the one before was killed.
      const file = createConfigurationFile(path)
      t.equal(await file.replace({ text }, 7), 'good\n')
      t.equal(await file.read(), text)
    }
    const file = createConfigurationFile(path)
    t.equal((await file.pendingMarker())?.lastGood, 'good\n')
    await file.restore({ lastGood: 'good\n', worker: 7 })
    t.equal((await file.pendingMarker())?.lastGood, 'good\n', 'the running text is still unknown')
    await file.clearPending()
    t.equal(await file.pendingMarker(), undefined)
  },
)

t.test('the marker names the worker that has not loaded the file', async t => {
  const { path, file } = emptyFolder(t)
  writeFileSync(path, 'good\n')
  await file.replace({ text: 'new\n' }, 7)
  t.strictSame(await file.pendingMarker(), { lastGood: 'good\n', worker: 7, former: [] })
  await file.restore({ lastGood: 'good\n', worker: undefined })
  t.strictSame(await file.pendingMarker(), { lastGood: 'good\n', worker: undefined, former: [] })
  t.equal(await file.read(), 'good\n')
  writeFileSync(`${path}.pending`, 'by hand\n')
  t.strictSame(await file.pendingMarker(), { lastGood: 'by hand\n', worker: undefined, former: [] })
})

t.test(
  'a file that is there gets the mode and the group of the settings when it is read',
  async t => {
    const path = join(temporaryFolder(t), 'haproxy.cfg')
    writeFileSync(path, 'old\n', { mode: 0o600 })
    const gid = process.getuid?.() === 0 ? 4 : process.getgid?.()
    const file = createConfigurationFile(path, { mode: 0o644, gid })
    t.equal(await file.read(), 'old\n')
    t.equal(statSync(path).mode & 0o777, 0o644)
    t.match(statSync(path), { uid: process.getuid?.(), gid })
    rmSync(path)
    t.equal(await file.read(), undefined)
  },
)

/** Commits a text as a user other than root, in its own group only, with the file in group 4. */
function commitWithoutPrivilege(path: string): string {
  const module = new URL('../../src/running/configuration-file.js', import.meta.url)
  const script = `import('${module.href}').then(({ createConfigurationFile }) =>
    createConfigurationFile(process.argv[1], { gid: 4 }).commit('new').then(
      () => console.log('written'), ({ code, message }) => console.log(code, message)))`
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const { stdout } = spawnSync(process.execPath, ['-e', script, path], {
    ...user,
    encoding: 'utf8',
  })
  return stdout
}

t.test(
  'a group that this user cannot set is refused with the remedy, and the file stays',
  async t => {
    const folder = temporaryFolder(t)
    const path = join(folder, 'haproxy.cfg')
    writeFileSync(path, 'old\n')
    if (process.getuid?.() === 0) for (const each of [folder, path]) chownSync(each, 65_534, 65_534)
    const refused =
      /^file Cannot give the configuration file to group 4: EPERM.*; .*add it to the group/
    t.match(commitWithoutPrivilege(path), refused)
    t.equal(readFileSync(path, 'utf8'), 'old\n')
    t.strictSame(readdirSync(folder), ['haproxy.cfg'])
  },
)
