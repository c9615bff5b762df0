import { spawn } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
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
