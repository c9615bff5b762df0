import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { lockHaproxy } from '../../src/haproxy/haproxy-lock.js'

t.test(
  'the lock of a running process is respected, that of a dead process is replaced',
  async t => {
    const file = join(t.testdir(), 'haproxy.cfg')
    const { release } = lockHaproxy(file)
    t.throws(() => lockHaproxy(file), {
      code: 'locked',
      message: new RegExp(`process ${process.pid}`),
    })
    t.equal(statSync(`${file}.lock`).mode & 0o777, 0o600)
    release()
    t.notOk(existsSync(`${file}.lock`))
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await new Promise(resolve => child.once('exit', resolve))
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: child.pid, startedAt: '1' }))
    lockHaproxy(file).release()
    // The id of a dead process may have been reused.
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.pid, startedAt: '1' }))
    lockHaproxy(file).release()
    writeFileSync(`${file}.lock`, 'half a li')
    lockHaproxy(file).release()
    t.throws(() => lockHaproxy('/no/such/folder/haproxy.cfg'), { code: 'locked' })
  },
)

t.test('the error names the process and the lock file', async t => {
  const file = join(t.testdir(), 'haproxy.cfg')
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.ppid, startedAt: '' }))
  t.throws(() => lockHaproxy(file), {
    code: 'locked',
    message: `Another agent, process ${process.ppid}, controls this HAProxy: expected no lock, got ${file}.lock; stop that agent first`,
  })
  t.ok(existsSync(`${file}.lock`), 'the lock of the other agent stays')
})

t.test('the lock has the process and its start time, and leaves no other file', async t => {
  const folder = t.testdir()
  const { release } = lockHaproxy(join(folder, 'haproxy.cfg'))
  t.same(readdirSync(folder), ['haproxy.cfg.lock'])
  t.match(JSON.parse(readFileSync(join(folder, 'haproxy.cfg.lock'), 'utf8')), {
    pid: process.pid,
    startedAt: /^\d+$/,
  })
  release()
  t.same(readdirSync(folder), [])
})

t.test('a failed attempt leaves no file of its own', async t => {
  const folder = t.testdir()
  const { release } = lockHaproxy(join(folder, 'haproxy.cfg'))
  t.throws(() => lockHaproxy(join(folder, 'haproxy.cfg')), { code: 'locked' })
  t.same(readdirSync(folder), ['haproxy.cfg.lock'])
  release()
})

t.test('a lock of another agent is not released, and a missing one is no error', async t => {
  const file = join(t.testdir(), 'haproxy.cfg')
  const { release } = lockHaproxy(file)
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.ppid, startedAt: '' }))
  release()
  t.ok(existsSync(`${file}.lock`))
  rmSync(`${file}.lock`)
  t.doesNotThrow(release)
})

t.test('a lock without a process is replaced, with the reason', async t => {
  const file = join(t.testdir(), 'haproxy.cfg')
  const other = { pid: process.pid, startedAt: '1' }
  for (const [text, why] of [
    ['', /it was empty/],
    ['half a li', /it had no JSON object/],
    ['[]', /it had no JSON object/],
    ['12345', /it had no JSON object/],
    ['{}', /it named no process/],
    ['{"pid":1}', /it named no process/],
    ['{"pid":0,"startedAt":""}', /it named no process/],
    ['{"pid":-1,"startedAt":""}', /it named no process/],
    ['{"pid":1e999,"startedAt":""}', /it named no process/],
    ['\0'.repeat(100), /it had no JSON object/],
    ['x'.repeat(5000), /it had 5000 bytes/],
    [JSON.stringify(other), /process \d+ does not run any more/],
    [JSON.stringify({ ...other, version: 2 }), /does not run any more/],
  ] as const) {
    writeFileSync(`${file}.lock`, text)
    const { release, replaced, refused } = lockHaproxy(file)
    t.match(replaced, why, JSON.stringify(text.slice(0, 40)))
    t.equal(refused, undefined)
    t.match(JSON.parse(readFileSync(`${file}.lock`, 'utf8')), { pid: process.pid })
    release()
  }
})

t.test('a link in the place of the lock is replaced, and not followed', async t => {
  const folder = t.testdir({ other: 'of another user' })
  const file = join(folder, 'haproxy.cfg')
  for (const target of ['other', 'nowhere', 'haproxy.cfg.lock']) {
    symlinkSync(target, `${file}.lock`)
    const { release, replaced } = lockHaproxy(file)
    t.match(replaced, /it was a link/)
    release()
  }
  t.equal(readFileSync(join(folder, 'other'), 'utf8'), 'of another user')
  t.same(readdirSync(folder), ['other'])
})

t.test('what may not be removed is explained', async t => {
  const file = join(t.testdir(), 'haproxy.cfg')
  mkdirSync(`${file}.lock`)
  t.throws(() => lockHaproxy(file), {
    code: 'locked',
    message: /expected the lock of an agent, got a folder; remove it$/,
  })
  rmSync(`${file}.lock`, { recursive: true })
  writeFileSync(`${file}.lock`, '{"version":2,"owner":{"pid":1}}')
  t.throws(() => lockHaproxy(file), {
    code: 'locked',
    message: /got version 2 of the lock; stop the newer agent, then remove the file$/,
  })
  t.ok(existsSync(`${file}.lock`))
})

t.test('drafts of agents that were killed are removed', async t => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  const names = [`haproxy.cfg.lock.${pid}`, `haproxy.cfg.lock.stale.${pid}`, 'haproxy.cfg.lock.old']
  const folder = t.testdir(Object.fromEntries(names.map(name => [name, ''])))
  lockHaproxy(join(folder, 'haproxy.cfg')).release()
  t.same(readdirSync(folder), ['haproxy.cfg.lock.old'])
})

const skip = process.getuid?.() === 0 ? false : 'only root may mount a small disk'

t.test('a disk that refuses the lock is reported until it takes it', { skip }, async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'haproxy.cfg')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  t.teardown(() => execFileSync('umount', [folder]))
  const ballast = join(folder, 'ballast')
  for (const [refuse, allow, code] of [
    [
      () => t.throws(() => writeFileSync(ballast, 'x'.repeat(100_000)), { code: 'ENOSPC' }),
      () => rmSync(ballast),
      /ENOSPC/,
    ],
    [
      () => execFileSync('mount', ['-o', 'remount,ro', folder]),
      () => execFileSync('mount', ['-o', 'remount,rw', folder]),
      /EROFS/,
    ],
  ] as const) {
    refuse()
    const lock = lockHaproxy(file)
    t.match(lock.refused, { code: 'locked', message: code })
    lock.retry()
    t.match(lock.refused, { message: /^Cannot lock .*another agent could start meanwhile$/ })
    t.same(
      readdirSync(folder).filter(name => name !== 'ballast'),
      [],
      'no draft is left',
    )
    allow()
    const other = lockHaproxy(file)
    t.throws(() => lock.retry(), { code: 'locked', message: /^Another agent, process/ })
    other.release()
    lock.retry()
    t.equal(lock.refused, undefined)
    t.same(readdirSync(folder), ['haproxy.cfg.lock'])
    lock.release()
  }
})

t.test('two configuration files have two locks', async t => {
  const folder = t.testdir()
  const locks = ['a.cfg', 'b.cfg'].map(name => lockHaproxy(join(folder, name)))
  t.same(readdirSync(folder).toSorted(), ['a.cfg.lock', 'b.cfg.lock'])
  for (const { release } of locks) release()
})
