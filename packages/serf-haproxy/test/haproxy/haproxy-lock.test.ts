import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lockHaproxy } from '../../src/haproxy/haproxy-lock.js'

t.test(
  'the lock of a running process is respected, that of a dead process is replaced',
  async t => {
    const file = join(t.testdir(), 'haproxy.cfg')
    const release = lockHaproxy(file)
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
    lockHaproxy(file)()
    // The id of a dead process may have been reused.
    writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.pid, startedAt: '1' }))
    lockHaproxy(file)()
    writeFileSync(`${file}.lock`, 'half a li')
    lockHaproxy(file)()
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
  const release = lockHaproxy(join(folder, 'haproxy.cfg'))
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
  const release = lockHaproxy(join(folder, 'haproxy.cfg'))
  t.throws(() => lockHaproxy(join(folder, 'haproxy.cfg')), { code: 'locked' })
  t.same(readdirSync(folder), ['haproxy.cfg.lock'])
  release()
})

t.test('a lock of another agent is not released, and a missing one is no error', async t => {
  const file = join(t.testdir(), 'haproxy.cfg')
  const release = lockHaproxy(file)
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: process.ppid, startedAt: '' }))
  release()
  t.ok(existsSync(`${file}.lock`))
  rmSync(`${file}.lock`)
  t.doesNotThrow(release)
})

t.test('a lock with other contents is stale', async t => {
  const file = join(t.testdir(), 'haproxy.cfg')
  for (const text of ['', '[]', '1', '"text"', '{}', '{"pid":"1","startedAt":""}', '{"pid":1}']) {
    writeFileSync(`${file}.lock`, text)
    const release = lockHaproxy(file)
    t.match(JSON.parse(readFileSync(`${file}.lock`, 'utf8')), { pid: process.pid }, text)
    release()
  }
})

t.test('two configuration files have two locks', async t => {
  const folder = t.testdir()
  const releases = ['a.cfg', 'b.cfg'].map(name => lockHaproxy(join(folder, name)))
  t.same(readdirSync(folder).toSorted(), ['a.cfg.lock', 'b.cfg.lock'])
  for (const release of releases) release()
})
