import t from 'tap'
import { nextReadAt } from '../src/read-schedule.js'

const timing = { quietMs: 10, maxWaitMs: 50 }

/** Times of the reads that answer these notices, after a first read at 0. */
function readsFor(noticesAt: readonly number[], { quietMs, maxWaitMs } = timing): number[] {
  const reads = [0]
  let waiting: { firstNoticeAt: number; lastNoticeAt: number } | undefined
  const readBefore = (time: number) => {
    if (!waiting) return
    const due = nextReadAt({ lastReadAt: reads.at(-1) ?? 0, ...waiting }, { quietMs, maxWaitMs })
    if (due >= time) return
    reads.push(due)
    waiting = undefined
  }
  for (const noticeAt of noticesAt) {
    readBefore(noticeAt)
    waiting = { firstNoticeAt: waiting?.firstNoticeAt ?? noticeAt, lastNoticeAt: noticeAt }
  }
  readBefore(Infinity)
  return reads.slice(1)
}

const drip = Array.from({ length: 40 }, (_, i) => 100 + 5 * i)

const cases: readonly {
  name: string
  notices: readonly number[]
  reads: readonly number[]
  timing?: typeof timing
}[] = [
  { name: 'without a notice nothing is read', notices: [], reads: [] },
  { name: 'a notice after a quiet period is answered at once', notices: [100], reads: [100] },
  { name: 'a pause of exactly quietMs is a quiet period', notices: [10], reads: [10] },
  { name: 'a notice right after a read waits for the quiet period', notices: [4], reads: [14] },
  {
    name: 'notices far apart are each answered at once',
    notices: [20, 40, 60],
    reads: [20, 40, 60],
  },
  {
    name: 'a burst causes one read at once and one after its pause',
    notices: [100, 101, 105, 109, 117],
    reads: [100, 127],
  },
  {
    name: 'notices at the same time cause one read',
    notices: [100, 100, 100, 100],
    reads: [100],
  },
  {
    name: 'a steady drip is still read within maxWaitMs',
    notices: drip,
    reads: [100, 155, 210, 265, 305],
  },
  {
    name: 'with maxWaitMs 0 every notice of a drip is answered at once',
    notices: [100, 105, 110],
    reads: [100, 105, 110],
    timing: { quietMs: 10, maxWaitMs: 0 },
  },
  {
    name: 'with quietMs 0 every notice is answered at once',
    notices: [1, 2, 3],
    reads: [1, 2, 3],
    timing: { quietMs: 0, maxWaitMs: 50 },
  },
]

for (const { name, notices, reads, timing } of cases) {
  t.test(name, async t => {
    t.same(readsFor(notices, timing), reads)
  })
}

t.test('before the first read any notice is answered at once', async t => {
  t.equal(nextReadAt({ lastReadAt: -Infinity, firstNoticeAt: 3, lastNoticeAt: 3 }, timing), 3)
})

t.test('no notice of a drip waits longer than maxWaitMs', async t => {
  const reads = readsFor(drip)
  const waits = drip.map(notice => (reads.find(read => read >= notice) ?? Infinity) - notice)
  t.ok(Math.max(...waits) <= timing.maxWaitMs)
})
