import t from 'tap'
import { nextReadAt } from '../src/read-schedule.js'
import { reconnectDelayMs } from '../src/reconnect-delay.js'

const timing = { quietMs: 10, maxWaitMs: 50 }

/** When the reads are that answer these rings, the first read being at 0. */
function readsFor(ringsAt: readonly number[], { quietMs, maxWaitMs } = timing): number[] {
  const reads = [0]
  let waiting: { firstRingAt: number; lastRingAt: number } | undefined
  const readBefore = (time: number) => {
    if (!waiting) return
    const due = nextReadAt({ lastReadAt: reads.at(-1) ?? 0, ...waiting }, { quietMs, maxWaitMs })
    if (due >= time) return
    reads.push(due)
    waiting = undefined
  }
  for (const ringAt of ringsAt) {
    readBefore(ringAt)
    waiting = { firstRingAt: waiting?.firstRingAt ?? ringAt, lastRingAt: ringAt }
  }
  readBefore(Infinity)
  return reads.slice(1)
}

const drip = Array.from({ length: 40 }, (_, i) => 100 + 5 * i)

const cases: readonly {
  name: string
  rings: readonly number[]
  reads: readonly number[]
  timing?: typeof timing
}[] = [
  { name: 'no ring is no read', rings: [], reads: [] },
  { name: 'a ring after a silence is read at once', rings: [100], reads: [100] },
  { name: 'a silence of just quietMs is a silence', rings: [10], reads: [10] },
  { name: 'a ring right behind a read waits for quiet', rings: [4], reads: [14] },
  { name: 'rings far apart are each read at once', rings: [20, 40, 60], reads: [20, 40, 60] },
  {
    name: 'a burst is one read at once and one when it has paused',
    rings: [100, 101, 105, 109, 117],
    reads: [100, 127],
  },
  {
    name: 'rings of one instant are one read',
    rings: [100, 100, 100, 100],
    reads: [100],
  },
  {
    name: 'a steady drip still reads within maxWaitMs',
    rings: drip,
    reads: [100, 155, 210, 265, 305],
  },
  {
    name: 'a steady drip without patience reads at each ring',
    rings: [100, 105, 110],
    reads: [100, 105, 110],
    timing: { quietMs: 10, maxWaitMs: 0 },
  },
  {
    name: 'without a quiet window every ring is read at once',
    rings: [1, 2, 3],
    reads: [1, 2, 3],
    timing: { quietMs: 0, maxWaitMs: 50 },
  },
]

for (const { name, rings, reads, timing } of cases) {
  t.test(name, async t => {
    t.same(readsFor(rings, timing), reads)
  })
}

t.test('before the first read any ring is read at once', async t => {
  t.equal(nextReadAt({ lastReadAt: -Infinity, firstRingAt: 3, lastRingAt: 3 }, timing), 3)
})

t.test('no ring of a drip waits longer than maxWaitMs', async t => {
  const reads = readsFor(drip)
  const waits = drip.map(ring => (reads.find(read => read >= ring) ?? Infinity) - ring)
  t.ok(Math.max(...waits) <= timing.maxWaitMs)
})

t.test('attempts to reconnect come ever more slowly, up to 5 seconds', async t => {
  const longest = Array.from({ length: 9 }, (_, attempt) => reconnectDelayMs(attempt, 1))
  t.same(longest, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
  t.equal(reconnectDelayMs(5000, 1), 5000, 'however long it has been')
})

t.test('attempts to reconnect are spread over half of their delay', async t => {
  t.same(
    [0, 0.5, 1].map(random => reconnectDelayMs(3, random)),
    [400, 600, 800],
  )
})
