import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tidy } from 'real-components'
import t from 'tap'
import { createReloader, type ReloaderOptions } from '../../src/index.js'
import type { TaskReport } from '../../src/queue/task-report.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const acceptAll = async () => ({ ok: true }) as const
const withServer = (name: string) => desire([server(name)])

async function queueSetup(t: Tidy, more: Partial<ReloaderOptions> = {}) {
  const setup = await fakeSetup(t, withServer('s1').text)
  const { configFile, runtime, reload } = setup
  const reloader = createReloader({ configFile, runtime, reload, check: acceptAll, ...more })
  t.teardown(() => reloader.close())
  return { ...setup, reloader }
}

t.test('of several calls at once the first and the last are applied', async t => {
  const { reloader } = await queueSetup(t)
  const outcomes = await Promise.all(['a', 'b', 'c'].map(name => reloader.apply(withServer(name))))
  t.strictSame(
    outcomes.map(({ kind }) => kind),
    ['applied', 'superseded', 'applied'],
  )
})

t.test(
  'a configuration has the causes of all calls that were open when it was requested',
  async t => {
    const folder = join(t.testdir(), 'generations')
    const { reloader } = await queueSetup(t, { generations: { folder } })
    await Promise.all(
      ['a', 'b', 'c'].map(name => reloader.apply(withServer(name), { cause: `${name} joined` })),
    )
    await reloader.settled()
    const causes = (await reloader.generations()).map(({ cause }) => cause)
    t.strictSame(causes, ['a joined', 'a joined, b joined, c joined'])
  },
)

t.test('a deferred configuration is retried without another call', async t => {
  const { reloader, fake, runtime } = await queueSetup(t)
  await fake.close()
  t.match(await reloader.apply(withServer('s2')), { kind: 'deferred' })
  await fake.restart()
  // A retry counts as idle, so that this call follows it or does its work.
  t.match(await reloader.apply(withServer('s2')), { kind: /applied|unchanged/ })
  await reloader.settled()
  t.match(await runtime.servers(['nodes']), [{ name: 's2' }])
  t.match(reloader.statistics().outcomes, { deferred: 1 })
})

t.test('a read-back without changes is not counted', async t => {
  const { reloader } = await queueSetup(t)
  await reloader.apply(desire([server('s1'), server('s2')]))
  await reloader.settled()
  t.match(reloader.statistics(), { outcomes: { applied: 1, unchanged: 0 } })
})

t.test('an abort rejects with its reason, and drops the cause', async t => {
  const { reloader, fake } = await queueSetup(t)
  fake.hang()
  const controller = new AbortController()
  const call = reloader.apply(withServer('s2'), { cause: 'dropped', signal: controller.signal })
  const rejected = t.rejects(call, { message: 'enough' })
  controller.abort(new Error('enough'))
  await rejected
  fake.resume()
  t.match(await reloader.apply(withServer('s1')), { kind: 'unchanged' })
})

t.test('after close every call is rejected, also the running one', async t => {
  const { reloader, fake } = await queueSetup(t)
  fake.hang()
  const closed = { name: 'ReloadError', code: 'closed' }
  const running = t.rejects(reloader.apply(withServer('s2')), closed)
  await reloader.close()
  await running
  await t.rejects(reloader.apply(withServer('s2')), closed)
})

t.test('an error of the disk rejects the call, and the next one can succeed', async t => {
  const { reloader, configFile } = await queueSetup(t)
  const { configFile: other } = await fakeSetup(t, '')
  t.match(await reloader.apply(withServer('s1')), { kind: 'unchanged' })
  const below = await queueSetup(t, { configFile: `${other}/below-a-file.cfg` })
  await t.rejects(below.reloader.apply(withServer('s2')), { code: 'file' })
  writeFileSync(configFile, withServer('s1').text)
  t.match(await reloader.apply(withServer('s1')), { kind: 'unchanged' })
})

t.test('a run is reported with its steps, and so is the read-back of its change', async t => {
  const { reloader } = await queueSetup(t)
  const reports: TaskReport[] = []
  const onReport = (report: TaskReport) => void reports.push(report)
  const before = performance.now()
  const both = desire([server('s1'), server('s2')])
  const outcome = await reloader.apply(both, { onReport })
  await reloader.settled()
  t.match(reports, [
    { isReadBack: false, outcome, steps: [{ kind: 'batch', commands: 2 }] },
    { isReadBack: true, outcome: { kind: 'unchanged' }, steps: [] },
  ])
  const [run, readBack] = reports
  const [batch] = run?.steps ?? []
  const times = [
    run?.startedAt,
    batch?.startedAt,
    batch?.endedAt,
    run?.endedAt,
    readBack?.startedAt,
  ]
  t.strictSame(
    [before, ...times],
    [before, ...times].toSorted((a, b) => Number(a) - Number(b)),
  )
  const tookMs = outcome.kind === 'applied' ? outcome.tookMs : NaN
  t.ok(tookMs <= Number(run?.endedAt) - Number(run?.startedAt))
  t.ok(tookMs >= Number(batch?.endedAt) - Number(batch?.startedAt))
})

t.test('the report of a reload has its check, the reload and the answer of the worker', async t => {
  const { reloader } = await queueSetup(t)
  const reports: TaskReport[] = []
  const text = desire([server('s1')], 'backend more\n')
  await reloader.apply(text, { onReport: report => void reports.push(report) })
  t.match(reports[0], {
    outcome: { kind: 'applied', via: 'reload' },
    steps: [{ kind: 'check' }, { kind: 'reload' }, { kind: 'verify' }],
  })
})

t.test('the report of a rejected configuration has the problem of its check', async t => {
  const problem = { ok: false, report: 'unknown keyword', problems: [], line: 3 } as const
  const { reloader } = await queueSetup(t, { check: async () => problem })
  const reports: TaskReport[] = []
  const text = desire([server('s1')], 'backend bad\n')
  await reloader.apply(text, { onReport: report => void reports.push(report) })
  t.match(reports, [
    { outcome: { kind: 'rejected' }, steps: [{ kind: 'check', problem: 'unknown keyword' }] },
  ])
})

t.test('the time of a change includes its wait for the change before', async t => {
  const { reloader, runtime } = await queueSetup(t, {
    check: async () => {
      for (let i = 0; i < 20; i++) await runtime.info()
      return { ok: true }
    },
  })
  const reports: TaskReport[] = []
  const reload = reloader.apply(desire([server('s1')], 'backend more\n'))
  const servers = [server('s1'), server('s2')]
  const change = reloader.apply(desire(servers, 'backend more\n'), {
    onReport: report => void reports.push(report),
  })
  const calledAt = performance.now()
  t.match(await reload, { kind: 'applied', via: 'reload' })
  const outcome = await change
  t.match(outcome, { kind: 'applied', via: 'runtime' })
  const waitedMs = Number(reports[0]?.startedAt) - calledAt
  t.ok(waitedMs > 0)
  t.ok(outcome.kind === 'applied' && outcome.tookMs > waitedMs, `waited for ${waitedMs} ms`)
})
