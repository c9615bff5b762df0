import t from 'tap'
import { poolOptions, serverChecks, shortestCheckIntervalMs } from '../../src/model/pool-options.js'

const withIntervals = (inter: string, down: string) =>
  serverChecks
    .replace('inter 500ms', `inter ${inter}`)
    .replace('downinter 500ms', `downinter ${down}`)

t.test('the words of a pool take the place of default ones', async t => {
  t.equal(poolOptions({}), serverChecks)
  t.equal(
    poolOptions({ serverOptions: 'fall 9 ssl' }),
    `${serverChecks.replace('fall 2', 'fall 9')} ssl`,
  )
})

t.test('intervals are at least the minimum, except that after a failed check', async t => {
  t.equal(poolOptions({ minCheckIntervalMs: 4000 }), withIntervals('4000ms', '4000ms'))
  t.equal(
    poolOptions({ minCheckIntervalMs: 4000, serverOptions: 'inter 5s' }),
    withIntervals('5s', '4000ms'),
  )
  t.match(poolOptions({ minCheckIntervalMs: 4000 }), 'fastinter 200ms')
})

t.test('the shortest interval is that of a server that is up or down', async t => {
  t.equal(shortestCheckIntervalMs(undefined), 500)
  t.equal(shortestCheckIntervalMs('inter 2s'), 500)
  t.equal(shortestCheckIntervalMs('inter 2s downinter 1m'), 2000)
  t.equal(shortestCheckIntervalMs('downinter 100 fastinter 1ms agent-inter 9ms'), 100)
  t.equal(shortestCheckIntervalMs('inter 2us'), 1)
  t.equal(shortestCheckIntervalMs('inter soon'), 500)
})
