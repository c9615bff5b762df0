import t from 'tap'
import { scalePools, ScalerError } from '../src/index.js'
import { viewOf } from './agent/sample-view.js'

t.test('a driver of the program gets the orders, until the signal aborts', async t => {
  const stop = new AbortController()
  const orders: string[] = []
  const states = [new Error('not yet'), { ...viewOf('s1'), haproxy: fresh() }]
  const doubts: (string | undefined)[] = []
  await scalePools({
    pools: [{ name: 'web', size: 2 }],
    readState: async () => {
      const state = states.shift() ?? new Error('it has ended')
      if (state instanceof Error) throw state
      return state
    },
    driver: {
      start: async pool => {
        orders.push(pool)
        stop.abort()
        throw new ScalerError('driver', 'no node')
      },
      stop: async () => void t.fail('nothing is stopped'),
      remove: async () => void t.fail('nothing is removed'),
    },
    intervalMs: 1,
    report: ({ pools }) => doubts.push(pools[0]?.doubt),
    signal: stop.signal,
  })
  t.strictSame(orders, ['web'])
  t.strictSame(doubts, ['no state of an agent: not yet', undefined])
})

function fresh() {
  return { reachable: true, seenAt: Date.now() }
}
