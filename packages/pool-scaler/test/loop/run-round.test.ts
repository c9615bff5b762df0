import t from 'tap'
import { poolTarget } from '../../src/configuration/pool-schema.js'
import type { Driver } from '../../src/driver/driver.js'
import { runRound, type RoundParts } from '../../src/loop/run-round.js'
import { ScalerError } from '../../src/scaler-error.js'
import { sampleView, viewOf } from '../agent/sample-view.js'

const never = new AbortController().signal

/** Parts with a driver that keeps its orders, and a clock that stands still. */
function parts(size: number, more: Partial<RoundParts> = {}) {
  const orders: string[] = []
  const driver: Driver = {
    start: async pool => void orders.push(`start ${pool}`),
    stop: async (_, name) => void orders.push(`stop ${name}`),
    remove: async (_, name) => void orders.push(`remove ${name}`),
  }
  const given: RoundParts = {
    pools: [
      { target: poolTarget({ name: 'web', size, maximum: 4 }), isOwn: name => name !== 'other' },
    ],
    read: async () => viewOf('s1', 's2'),
    driver,
    save: memories => void orders.push(`save ${memories.get('web')?.starts.length}`),
    now: () => 0,
    ...more,
  }
  return { given, orders }
}

const noImage = () => Promise.reject(new ScalerError('driver', 'no image'))

t.test('the memory is kept before the driver gets an order', async t => {
  const { given, orders } = parts(3)
  const { report, memories } = await runRound(given, new Map(), never)
  t.strictSame(orders, ['save 1', 'start web'])
  t.match(report, { at: 0, pools: [{ pool: 'web', wanted: 3, healthy: 2 }] })
  t.match(memories.get('web')?.starts, [{ at: 0 }])
})

t.test('a dry run orders and keeps nothing', async t => {
  const { given, orders } = parts(3, { driver: undefined })
  const { report } = await runRound(given, new Map(), never)
  t.match(report.pools, [{ actions: [{ kind: 'start' }] }])
  t.strictSame(orders, [])
})

t.test('a lost node is removed before its replacement starts, unless it is not ours', async t => {
  for (const [lost, expected] of [
    ['s3', ['save 1', 'remove s3', 'start web']],
    ['other', ['save 1', 'start web']],
  ] as const) {
    const before = await runRound(
      parts(3, { read: async () => viewOf('s1', 's2', lost) }).given,
      new Map(),
      never,
    )
    const gone = await runRound(parts(3).given, before.memories, never)
    const { given, orders } = parts(3, { now: () => 10_000 })
    await runRound(given, gone.memories, never)
    t.strictSame(orders, expected)
  }
})

t.test('in doubt nothing is ordered, and the reason is reported', async t => {
  const views: readonly (readonly [RoundParts['read'], RegExp])[] = [
    [async () => sampleView({ mode: 'frozen' }), /^the agent is frozen$/],
    [async () => sampleView(), /^the agent has no pool web$/],
    [async () => Promise.reject(new ScalerError('no-agent', 'no agent')), /^no agent$/],
  ]
  for (const [read, doubt] of views) {
    const { given, orders } = parts(3, { read })
    const { report } = await runRound(given, new Map(), never)
    t.match(report.pools, [{ pool: 'web', doubt, actions: [] }])
    t.strictSame(orders, ['save 0'])
  }
})

t.test('an error of the driver is reported, and pauses the pool', async t => {
  const { given } = parts(3)
  const driver = given.driver && { ...given.driver, start: noImage }
  const first = await runRound({ ...given, driver }, new Map(), never)
  t.match(first.report.pools, [{ actions: [{ kind: 'start', error: 'no image' }] }])
  const second = await runRound({ ...given, driver, now: () => 9000 }, first.memories, never)
  t.match(second.report.pools, [{ actions: [], waits: [/^pause until .* after one failure$/] }])
})

t.test('an error that is a bug ends the round', async t => {
  const { given } = parts(3, { read: async () => Promise.reject(new TypeError('bug')) })
  await t.rejects(runRound(given, new Map(), never), TypeError)
})
