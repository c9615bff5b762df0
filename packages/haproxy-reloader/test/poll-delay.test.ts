import t from 'tap'
import { pollDelayMs } from '../src/poll-delay.js'

t.test('checks of draining servers become rarer, up to a maximum delay', async t => {
  t.strictSame([0, 1, 2, 3, 4, 5, 6].map(pollDelayMs), [5, 10, 20, 40, 80, 160, 250])
  t.equal(pollDelayMs(2000), 250)
})
