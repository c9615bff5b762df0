import t from 'tap'
import { reconnectDelayMs } from '../src/reconnect-delay.js'

t.test('the delay between attempts to reconnect doubles, up to 5 seconds', async t => {
  const longest = Array.from({ length: 9 }, (_, attempt) => reconnectDelayMs(attempt, 1))
  t.same(longest, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
  t.equal(reconnectDelayMs(5000, 1), 5000, 'after any number of attempts')
})

t.test('a random half of the delay spreads the attempts to reconnect', async t => {
  t.same(
    [0, 0.5, 1].map(random => reconnectDelayMs(3, random)),
    [400, 600, 800],
  )
})
