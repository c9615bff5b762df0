import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import { runRounds } from '../../src/loop/run-rounds.js'
import type { RoundParts } from '../../src/loop/run-round.js'
import { viewOf } from '../agent/sample-view.js'

const parts = (read: RoundParts['read']): RoundParts => ({
  pools: [{ target: poolTarget({ name: 'web', size: 1 }), isOwn: () => true }],
  read,
  driver: undefined,
  save: () => {},
  now: () => 0,
})

const bug = () => Promise.reject(new TypeError('bug'))

t.test('rounds run until the signal aborts', async t => {
  const stop = new AbortController()
  const sizes: (number | undefined)[] = []
  await runRounds(
    parts(async () => viewOf('s1')),
    new Map(),
    {
      intervalMs: 1,
      signal: stop.signal,
      report: ({ pools }) => {
        sizes.push(pools[0]?.healthy)
        if (sizes.length === 3) stop.abort()
      },
    },
  )
  t.strictSame(sizes, [1, 1, 1])
})

t.test('an abort within a round ends the rounds without an error', async t => {
  const stop = new AbortController()
  const read = async () => {
    stop.abort()
    throw stop.signal.reason
  }
  const options = { intervalMs: 1, signal: stop.signal, report: () => t.fail('no report') }
  await t.resolves(runRounds(parts(read), new Map(), options))
})

t.test('another error ends the rounds with it', async t => {
  const options = { intervalMs: 1, signal: new AbortController().signal, report: () => {} }
  await t.rejects(runRounds(parts(bug), new Map(), options), TypeError)
})
