import t from 'tap'
import { createDrainClock } from '../../src/running/drain-clock.js'

t.test('a server is overdue at its deadline, and not before', async t => {
  const clock = createDrainClock(100)
  clock.update(['nodes/s1'], 1000)
  t.strictSame([...clock.overdue(1000)], [])
  t.strictSame([...clock.overdue(1099)], [])
  t.strictSame([...clock.overdue(1100)], ['nodes/s1'])
})

t.test('an update does not restart the time', async t => {
  const clock = createDrainClock(100)
  clock.update(['nodes/s1'], 0)
  clock.update(['nodes/s1', 'nodes/s2'], 60)
  t.strictSame([...clock.overdue(120)], ['nodes/s1'])
  t.strictSame([...clock.overdue(160)], ['nodes/s1', 'nodes/s2'])
})

t.test('a server that returned has its whole time when it departs again', async t => {
  const clock = createDrainClock(100)
  clock.update(['nodes/s1'], 0)
  clock.update([], 50)
  t.strictSame([...clock.overdue(200)], [])
  clock.update(['nodes/s1'], 200)
  t.strictSame([...clock.overdue(299)], [])
  t.strictSame([...clock.overdue(300)], ['nodes/s1'])
})

t.test('with a deadline of 0 a server is overdue at once', async t => {
  const clock = createDrainClock(0)
  clock.update(['nodes/s1'], 7)
  t.strictSame([...clock.overdue(7)], ['nodes/s1'])
})
