import { once } from 'node:events'
import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { watchFiles } from '../../src/configuration/watch-files.js'

/** Watches files until the test ends, and counts their changes. */
function watched(t: Test, ...files: string[]) {
  const changes = new EventTarget()
  let count = 0
  const stop = watchFiles(files, () => {
    count++
    changes.dispatchEvent(new Event('change'))
  })
  t.teardown(stop)
  return { stop, count: () => count, nextChange: () => once(changes, 'change') }
}

/** Repeats an act, which gets its number, until a change is noticed: a watch starts in the background. */
async function repeat(act: (times: number) => void, change: Promise<unknown>): Promise<void> {
  let times = 0
  const timer = setInterval(() => act(++times), 50)
  await change
  clearInterval(timer)
}

t.test('a file that is written is noticed', async t => {
  const file = join(t.testdir({ 'a.yaml': '' }), 'a.yaml')
  const { nextChange, count } = watched(t, file)
  await repeat(times => writeFileSync(file, 'x'.repeat(times)), nextChange())
  t.ok(count() > 0)
})

t.test('a file that is replaced is noticed', async t => {
  const file = join(t.testdir({ 'a.yaml': '' }), 'a.yaml')
  const { nextChange, count } = watched(t, file)
  await repeat(times => {
    writeFileSync(`${file}.new`, '')
    utimesSync(`${file}.new`, times, times)
    renameSync(`${file}.new`, file)
  }, nextChange())
  t.ok(count() > 0)
})

t.test('a file that is created later is noticed, also if another one is watched', async t => {
  const folder = t.testdir({ 'a.yaml': '' })
  const file = join(folder, 'b.yaml')
  const { nextChange, count } = watched(t, join(folder, 'a.yaml'), file)
  await repeat(times => writeFileSync(file, 'x'.repeat(times)), nextChange())
  t.ok(count() > 0)
})

t.test('a link that points to another file is noticed', async t => {
  const folder = t.testdir({ one: '1', two: '22' })
  const link = join(folder, 'link')
  symlinkSync(join(folder, 'one'), link)
  utimesSync(join(folder, 'one'), 1, 1)
  utimesSync(join(folder, 'two'), 2, 2)
  const { nextChange, count } = watched(t, link)
  await repeat(times => {
    rmSync(link)
    symlinkSync(join(folder, times % 3 === 0 ? 'one' : 'two'), link)
  }, nextChange())
  t.ok(count() > 0)
})

t.test('a watch that is stopped notices nothing, and others go on', async t => {
  const file = join(t.testdir({ 'a.yaml': '' }), 'a.yaml')
  const stopped = watched(t, file)
  const { nextChange } = watched(t, file)
  stopped.stop()
  await repeat(times => writeFileSync(file, 'x'.repeat(times)), nextChange())
  t.equal(stopped.count(), 0)
})
