import * as fc from 'fast-check'
import t from 'tap'
import {
  nextRead,
  resyncIntervalMs,
  type PastReads,
  type PendingNotices,
} from '../src/read-schedule.js'

const timing = { quietMs: 10, maxWaitMs: 50 }

interface Case {
  readonly name: string
  readonly notices: readonly number[]
  readonly reads: readonly number[]
  readonly wanted?: 'named' | 'all'
  /** Duration of each read. */
  readonly readMs?: number
  readonly timing?: typeof timing
}

/** Starts of the reads that answer these notices, after a first read at 0. */
function readsFor({
  notices,
  wanted = 'all',
  readMs = 0,
  timing: limits = timing,
}: Case): number[] {
  const reads = [0]
  let waiting: { firstNoticeAt: number; lastNoticeAt: number } | undefined
  const readBefore = (time: number) => {
    if (!waiting) return
    const startedAt = reads.at(-1) ?? 0
    const past = { startedAt, endedAt: startedAt + readMs, doubtAnsweredAt: -Infinity, size: 1 }
    const next = nextRead({ wanted, doubtAt: Infinity, ...waiting }, past, limits)
    if (!next || next.at >= time) return
    reads.push(next.at)
    waiting = undefined
  }
  for (const noticeAt of notices) {
    readBefore(noticeAt)
    waiting = { firstNoticeAt: waiting?.firstNoticeAt ?? noticeAt, lastNoticeAt: noticeAt }
  }
  readBefore(Infinity)
  return reads.slice(1)
}

const drip = Array.from({ length: 40 }, (_, i) => 100 + 5 * i)

const cases: readonly Case[] = [
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
    name: 'a whole read waits as long as the one before it took, at most maxWaitMs',
    notices: [15, 500, 501],
    reads: [40, 500, 540],
    readMs: 20,
  },
  {
    name: 'whole reads that are slow leave maxWaitMs between them',
    notices: [10, 310],
    reads: [250, 500],
    readMs: 200,
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
  {
    name: 'names are read at once, also right after a read',
    notices: [1, 2, 4],
    reads: [1, 2, 4],
    wanted: 'named',
  },
  {
    name: 'names wait for the read that runs, and as long again',
    notices: [100, 100.5, 101, 103, 110],
    reads: [100, 104, 110],
    wanted: 'named',
    readMs: 2,
  },
  {
    name: 'names wait at most quietMs after a slow read',
    notices: [100, 101],
    reads: [100, 160],
    wanted: 'named',
    readMs: 50,
  },
]

for (const each of cases) {
  t.test(each.name, async t => {
    t.same(readsFor(each), each.reads)
  })
}

const noReads: PastReads = {
  startedAt: -Infinity,
  endedAt: -Infinity,
  doubtAnsweredAt: -Infinity,
  size: 0,
}
const pending: PendingNotices = {
  wanted: 'none',
  firstNoticeAt: 3,
  lastNoticeAt: 3,
  doubtAt: Infinity,
}

t.test('before the first read any notice is answered at once', async t => {
  for (const wanted of ['named', 'all'] as const)
    t.same(nextRead({ ...pending, wanted }, noReads, timing), { at: 3, members: wanted })
  t.equal(nextRead(pending, noReads, timing), undefined)
})

t.test('no notice of a drip waits longer than maxWaitMs', async t => {
  const reads = readsFor({ name: '', notices: drip, reads: [] })
  const waits = drip.map(notice => (reads.find(read => read >= notice) ?? Infinity) - notice)
  t.ok(Math.max(...waits) <= timing.maxWaitMs)
})

t.test('a doubt is a whole read: at once, then at an interval that follows the size', async t => {
  const doubt = { ...pending, doubtAt: 1000 }
  const past = { startedAt: 990, endedAt: 995, doubtAnsweredAt: -Infinity, size: 10_000 }
  t.same(nextRead(doubt, past, timing), { at: 1000, members: 'all' })
  const answered = { ...past, doubtAnsweredAt: 990 }
  t.same(nextRead(doubt, answered, timing), { at: 990 + 5000, members: 'all' })
  t.same(nextRead(doubt, { ...answered, size: 10 }, timing), { at: 990 + 50, members: 'all' })
  const named = { ...doubt, wanted: 'named', firstNoticeAt: 1001, lastNoticeAt: 1001 } as const
  t.same(nextRead(named, answered, timing), { at: 1001, members: 'named' }, 'names do not wait')
})

t.test('the interval of regular reads grows with the number of members, up to a bound', async t => {
  t.equal(resyncIntervalMs(10, 10_000), 10_000)
  t.equal(resyncIntervalMs(1000, 10_000), 20_000)
  t.equal(resyncIntervalMs(10_000, 10_000), 200_000)
  t.equal(resyncIntervalMs(1_000_000, 10_000), 600_000)
  t.equal(resyncIntervalMs(1_000_000, 700_000), 700_000, 'resyncMs is the least')
  t.equal(resyncIntervalMs(3, 5), 60)
})

t.test(
  'a read is never due before its notice, and only without a notice there is none',
  async () => {
    const time = fc.integer({ min: 0, max: 1000 })
    fc.assert(
      fc.property(
        fc.constantFrom('none', 'named', 'all'),
        fc.tuple(time, time, time, time, fc.option(time, { nil: Infinity })),
        (wanted, [startedAt, ms, first, more, doubtAt]) => {
          const notices = {
            wanted,
            firstNoticeAt: first,
            lastNoticeAt: first + more,
            doubtAt,
          } as const
          const past = { startedAt, endedAt: startedAt + ms, doubtAnsweredAt: startedAt, size: 10 }
          const next = nextRead(notices, past, timing)
          if (!next) return wanted === 'none' && doubtAt === Infinity
          const earliest = Math.min(wanted === 'none' ? Infinity : first, doubtAt)
          return next.at >= earliest
        },
      ),
    )
  },
)
