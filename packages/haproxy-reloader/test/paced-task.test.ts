import t from 'tap'
import { PacedTask, type TaskTime } from '../src/paced-task.js'

/** A clock that a test moves; the timers that are due run then. */
function manualTime(): TaskTime & { pass(ms: number): Promise<void> } {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly act: () => void }>()
  return {
    now: () => now,
    later(act, delayMs) {
      const timer = { at: now + delayMs, act }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async pass(ms) {
      now += ms
      for (const timer of timers) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.act()
      }
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

/** A task that takes 10 ms of a manual clock, and fails while `refuse.yes` is set. */
function taskSetup() {
  const time = manualTime()
  const startedAt: number[] = []
  const refuse = { yes: false }
  const task = new PacedTask(
    async () => {
      startedAt.push(time.now())
      void time.pass(10)
      if (refuse.yes) throw new Error('refused')
    },
    { factor: 20, floorMs: 0, boundMs: 1000 },
    time,
  )
  return { time, task, startedAt, refuse }
}

t.test('the first request runs soon, and not before its caller goes on', async t => {
  const { time, task, startedAt } = taskSetup()
  task.request()
  t.strictSame(startedAt, [])
  await time.pass(0)
  t.strictSame(startedAt, [0])
})

t.test('requests that follow each other are one run, after a pause', async t => {
  const { time, task, startedAt } = taskSetup()
  task.request()
  await time.pass(0)
  for (let i = 0; i < 19; i++) {
    task.request()
    await time.pass(10)
  }
  t.strictSame(startedAt, [0])
  await time.pass(10)
  t.strictSame(startedAt, [0, 210])
  await time.pass(5000)
  t.strictSame(startedAt, [0, 210], 'nothing was requested since')
})

t.test('a request during a run leads to another run', async t => {
  const time = manualTime()
  const ends: (() => void)[] = []
  const task = new PacedTask(
    () => new Promise(resolve => ends.push(resolve)),
    { factor: 0, floorMs: 0, boundMs: 0 },
    time,
  )
  task.request()
  await time.pass(0)
  task.request()
  await time.pass(0)
  t.equal(ends.length, 1)
  ends[0]?.()
  await time.pass(0)
  await time.pass(0)
  t.equal(ends.length, 2)
})

t.test('requests during a run wait at most for the bound, from the first on', async t => {
  const time = manualTime()
  const startedAt: number[] = []
  const ends: (() => void)[] = []
  const act = () => {
    startedAt.push(time.now())
    return new Promise<void>(resolve => void ends.push(resolve))
  }
  const task = new PacedTask(act, { factor: 20, floorMs: 0, boundMs: 1000 }, time)
  task.request()
  await time.pass(0)
  task.request()
  await time.pass(100)
  task.request()
  ends[0]?.()
  await time.pass(0)
  await time.pass(899)
  t.strictSame(startedAt, [0])
  await time.pass(1)
  t.strictSame(startedAt, [0, 1000])
})

t.test('a flush runs what is requested now, and nothing otherwise', async t => {
  const { time, task, startedAt } = taskSetup()
  await task.flush()
  task.request()
  await task.flush()
  task.request()
  await task.flush()
  await task.flush()
  t.strictSame(startedAt, [0, 10])
  await time.pass(5000)
  t.equal(startedAt.length, 2)
})

t.test('a flush waits for the run that has begun', async t => {
  const ends: (() => void)[] = []
  const act = () => new Promise<void>(resolve => void ends.push(resolve))
  const time = manualTime()
  const task = new PacedTask(act, { factor: 0, floorMs: 0, boundMs: 0 }, time)
  task.request()
  await time.pass(0)
  let isFlushed = false
  const flushed = task.flush().then(() => (isFlushed = true))
  await time.pass(0)
  t.notOk(isFlushed)
  ends[0]?.()
  await flushed
  t.equal(ends.length, 1)
})

t.test('a run that fails is retried, and a flush throws the error', async t => {
  const { time, task, startedAt, refuse } = taskSetup()
  refuse.yes = true
  task.request()
  await time.pass(0)
  t.ok(task.hasFailed)
  await time.pass(500)
  t.equal(startedAt.length, 1, 'not in a hurry')
  await t.rejects(task.flush(), { message: 'refused' })
  refuse.yes = false
  await time.pass(1000)
  t.equal(startedAt.length, 3)
  t.notOk(task.hasFailed)
  await task.flush()
  t.equal(startedAt.length, 3)
})

t.test('a stopped task forgets its request', async t => {
  const { time, task, startedAt } = taskSetup()
  task.request()
  task.stop()
  await time.pass(5000)
  await task.flush()
  t.strictSame(startedAt, [])
})

t.test('the time of the system is used by default', async t => {
  let runs = 0
  const ran = new Promise<void>(resolve => {
    const task = new PacedTask(
      async () => {
        runs++
        if (runs === 1) task.request()
        else resolve()
      },
      { factor: 1, floorMs: 1, boundMs: 1 },
    )
    task.request()
  })
  await ran
  t.equal(runs, 2)
})
