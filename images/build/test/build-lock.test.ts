import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { withLock } from '../src/build-lock.js'

const everyMs = 2

t.test('two calls with one lock run one after the other, and leave no file', async t => {
  const folder = t.testdir()
  const file = join(folder, 'lock')
  const order: string[] = []
  const signals = new EventEmitter()
  const waits = once(signals, 'wait')
  const release = once(signals, 'release')
  const holds = once(signals, 'hold')
  const one = withLock(file, {}, async () => {
    signals.emit('hold')
    await release
    order.push('first')
  })
  await holds
  const onWait = (holder: number) => signals.emit('wait', holder)
  const other = withLock(file, { everyMs, onWait }, async () => {
    order.push('second')
  })
  t.same(await waits, [process.pid], 'the holder is named')
  t.same(order, [])
  signals.emit('release')
  await Promise.all([one, other])
  t.same(order, ['first', 'second'])
  t.same(readdirSync(folder), [])
})

t.test('many calls at once never overlap', async t => {
  const file = join(t.testdir(), 'lock')
  let inside = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 12 }, () =>
      withLock(file, { everyMs }, async () => {
        most = Math.max(most, ++inside)
        await new Promise(resolve => setImmediate(resolve))
        inside--
      }),
    ),
  )
  t.equal(most, 1)
})

t.test('a lock whose process has ended is taken over without a wait', async t => {
  const child = spawn(process.execPath, ['-e', ''])
  const { pid } = child
  await once(child, 'exit')
  const stale = {
    'an ended process': `{"pid":${pid},"startTime":"1"}`,
    'a process number in use by a later process': `{"pid":${process.pid},"startTime":"1"}`,
    'a file without content': '',
  }
  for (const [name, content] of Object.entries(stale)) {
    const file = join(t.testdir({ lock: content }), 'lock')
    const onWait = () => t.fail(`waited for ${name}`)
    const result = await withLock(file, { onWait }, async () => readFileSync(file, 'utf8'))
    t.match(JSON.parse(result), { pid: process.pid }, name)
    t.notOk(existsSync(file))
  }
})

t.test('a lock is released when the work fails', async t => {
  const file = join(t.testdir(), 'lock')
  const failing = withLock(file, {}, () => Promise.reject(new Error('no space left')))
  await t.rejects(failing, { message: 'no space left' })
  t.notOk(existsSync(file))
})

t.test('an aborted wait ends, and leaves the lock to its holder', async t => {
  const file = join(t.testdir(), 'lock')
  await withLock(file, {}, async () => {
    const ended = new AbortController()
    const waiting = withLock(file, { signal: ended.signal, onWait: () => ended.abort() }, () =>
      Promise.reject(new Error('it ran')),
    )
    await t.rejects(waiting, { name: 'AbortError' })
    t.ok(existsSync(file))
  })
})

t.test('a lock in a folder that is missing is an error', async t => {
  const file = join(t.testdir(), 'none', 'lock')
  await t.rejects(
    withLock(file, {}, async () => {}),
    { code: 'ENOENT' },
  )
})

t.test('a link in the place of the lock is refused, not followed', async t => {
  const folder = t.testdir({ secret: 'not for the log' })
  const file = join(folder, 'lock')
  symlinkSync(join(folder, 'secret'), file)
  const locked = withLock(file, {}, async () => t.fail('no lock is held'))
  await t.rejects(locked, { name: 'ImageError', message: /expected a file of user \d+, got/ })
  t.same(readdirSync(folder), ['lock', 'secret'])
})
