import t from 'tap'
import { drainClock } from '../src/running/drain-clock.js'
import { settleDelayMs } from '../src/poll-delay.js'

t.test('a server is overdue when its time is over, and not before', async t => {
  const clock = drainClock(100)
  clock.update(['nodes/s1'], 1000)
  t.strictSame([...clock.overdue(1000)], [])
  t.strictSame([...clock.overdue(1099)], [])
  t.strictSame([...clock.overdue(1100)], ['nodes/s1'])
})

t.test('looking again does not start the time anew', async t => {
  const clock = drainClock(100)
  clock.update(['nodes/s1'], 0)
  clock.update(['nodes/s1', 'nodes/s2'], 60)
  t.strictSame([...clock.overdue(120)], ['nodes/s1'])
  t.strictSame([...clock.overdue(160)], ['nodes/s1', 'nodes/s2'])
})

t.test('a server that came back has its whole time when it goes again', async t => {
  const clock = drainClock(100)
  clock.update(['nodes/s1'], 0)
  clock.update([], 50)
  t.strictSame([...clock.overdue(200)], [])
  clock.update(['nodes/s1'], 200)
  t.strictSame([...clock.overdue(299)], [])
  t.strictSame([...clock.overdue(300)], ['nodes/s1'])
})

t.test('without any time to drain a server is overdue at once', async t => {
  const clock = drainClock(0)
  clock.update(['nodes/s1'], 7)
  t.strictSame([...clock.overdue(7)], ['nodes/s1'])
})

t.test('looks at draining servers come ever later, but often enough', async t => {
  t.strictSame([0, 1, 2, 3, 4, 5, 6].map(settleDelayMs), [5, 10, 20, 40, 80, 160, 250])
  t.equal(settleDelayMs(2000), 250)
})
