import t from 'tap'
import { ReportLines } from '../../src/loop/report-lines.js'
import type { PoolReport } from '../../src/loop/round-report.js'

const pool: PoolReport = {
  pool: 'web',
  wanted: 3,
  healthy: 2,
  actions: [{ kind: 'replace', pool: 'web', member: 's\u001b1', isLost: true, reason: 'lost' }],
  failures: [],
  waits: [],
}
const round = (...pools: readonly PoolReport[]) => ({ at: 0, pools })

t.test('a line states each fact once, safe for a terminal', async t => {
  const lines = new ReportLines({ isJson: false, isDryRun: false })
  t.match(lines.next(round(pool)), [/web: 2 of 3 serve$/, /web: replace s\\u001b1: lost$/])
  t.strictSame(lines.next(round({ ...pool, actions: [] })), [])
  const waiting = { ...pool, actions: [], waits: ['pause'], failures: ['it died'] }
  t.match(lines.next(round(waiting)), [/: failure: it died$/, /: pause$/])
  t.strictSame(lines.next(round({ ...waiting, failures: [] })), [])
})

t.test('a doubt is stated once', async t => {
  const lines = new ReportLines({ isJson: false, isDryRun: false })
  const doubtful = { pool: 'web', doubt: 'frozen', actions: [], failures: [], waits: [] }
  t.match(lines.next(round(doubtful)), [/: nothing is decided: frozen$/])
  t.strictSame(lines.next(round(doubtful)), [])
})

t.test('a dry run says what it would do, and an error follows its order', async t => {
  const dry = new ReportLines({ isJson: false, isDryRun: true })
  t.match(dry.next(round(pool))[1], /: would replace /)
  const wet = new ReportLines({ isJson: false, isDryRun: false })
  const start = { kind: 'start', pool: 'web', reason: 'load', error: 'no image' } as const
  t.match(wet.next(round({ ...pool, actions: [start] }))[1], /: start: load; failure: no image$/)
})

t.test('JSON has one line for each pool that changed', async t => {
  const lines = new ReportLines({ isJson: true, isDryRun: true })
  const [line = ''] = lines.next(round(pool))
  t.match(JSON.parse(line), { at: '1970-01-01T00:00:00.000Z', pool: 'web', dryRun: true })
  t.strictSame(lines.next(round(pool)), [])
})
