import type { Outcome } from 'haproxy-reloader'
import t from 'tap'
import { RoundRecorder } from '../../src/tracing/round-recorder.js'
import type { OnReport, RoundTrace } from '../../src/tracing/round-tracer.js'
import type { SpanData } from '../../src/tracing/span-data.js'
import { fakeClock } from '../fake-clock.js'
import { applied, batchRun, readBack, resultOf, unchanged } from './sample-round.js'

const { signal } = new AbortController()
const deferred: Outcome = { kind: 'deferred', cause: 'HAProxy is away' }

/** A recorder that writes to a list. The reference of a span is its place in it. */
function scene() {
  const written: { span: SpanData; parent: number | undefined; links: readonly number[] }[] = []
  const clock = fakeClock(100)
  const recorder = new RoundRecorder<number>(clock, {
    write: (span, { parent, links }) => written.push({ span, parent, links }) - 1,
  })
  const report = () => recorder.reported({ cause: 'log', detectedAt: 90, readAt: 95 })
  const round = (run: (trace: RoundTrace) => unknown) =>
    recorder.round(async trace => {
      trace.deciding()
      trace.rendering()
      trace.rendered()
      await run(trace)
    }, signal)
  /** Runs a round with this outcome, and returns the receiver of its reports. */
  const attempt = async (outcome: Outcome): Promise<OnReport> => {
    const receivers: OnReport[] = []
    await round(trace => {
      const onReport = trace.applying()
      if (onReport) receivers.push(onReport)
      onReport?.({ ...batchRun, outcome })
      trace.applied(resultOf(outcome))
    })
    return report => receivers[0]?.(report)
  }
  return { clock, recorder, report, round, attempt, written, names: () => written.map(nameOf) }
}

function nameOf({ span }: { readonly span: SpanData }): string {
  return span.name
}

t.test(
  'a round has what was reported before its decision, and leaves what comes later',
  async t => {
    const { clock, recorder, report, written } = scene()
    report()
    clock.pass(5)
    await recorder.round(async trace => {
      report()
      trace.deciding()
      report()
      trace.applying()
      trace.applied(resultOf(applied))
    }, signal)
    t.match(written, { length: 1 })
    t.equal(written[0]?.span.attributes['serf_haproxy.reports'], 2)
    await recorder.round(async trace => {
      trace.deciding()
      trace.applying()
      trace.applied(resultOf(unchanged))
    }, signal)
    t.equal(written[1]?.span.attributes['serf_haproxy.reports'], 1)
  },
)

t.test('a round in which nothing happens is not written', async t => {
  const { attempt, round, written } = scene()
  await attempt(unchanged)
  await round(() => {})
  t.strictSame(written, [])
})

t.test('a problem that only goes on is written once, and again after it was over', async t => {
  const { attempt, round, names, written } = scene()
  await attempt(deferred)
  await attempt(deferred)
  t.equal(written.length, 1)
  await attempt(applied)
  await attempt(deferred)
  t.equal(written.length, 3)
  const fail = () => round(() => Promise.reject(new Error('no such file')))
  await t.rejects(fail(), { message: 'no such file' })
  await t.rejects(fail(), { message: 'no such file' })
  t.strictSame(names(), ['round', 'round', 'round', 'round'])
})

t.test('a round links to the ones whose changes it applies', async t => {
  const { report, attempt, round, written } = scene()
  report()
  await t.rejects(round(() => Promise.reject(new Error('disk full'))))
  report()
  await attempt(deferred)
  report()
  await attempt(applied)
  report()
  await attempt(applied)
  t.strictSame(
    written.map(({ links }) => links),
    [[], [0], [0, 1], []],
  )
})

t.test(
  'the first read-back is written below its round, and others if they change something',
  async t => {
    const { attempt, written } = scene()
    const onReport = await attempt(applied)
    onReport(readBack)
    onReport(readBack)
    onReport({ ...batchRun, isReadBack: true })
    t.match(written.slice(1), [
      { span: { name: 'read back', children: { length: 0 } }, parent: 0 },
      { span: { name: 'read back', children: [{ name: 'batch' }] }, parent: 0 },
    ])
    t.equal(written.length, 3)
  },
)

t.test('what is tried again after a deferral is a retry of its round', async t => {
  const { attempt, written } = scene()
  const onReport = await attempt(deferred)
  onReport({ ...batchRun, isReadBack: true })
  onReport(readBack)
  t.match(written.slice(1), [
    { span: { name: 'retry' }, parent: 0 },
    { span: { name: 'read back' }, parent: 0 },
  ])
})

t.test('a comparison that ends after its round is written at its end', async t => {
  const { clock, recorder, written } = scene()
  const traces: RoundTrace[] = []
  await recorder.round(async trace => {
    traces.push(trace)
    trace.applying()
  }, signal)
  t.equal(written.length, 0)
  clock.pass(30)
  traces[0]?.applied(resultOf(applied))
  t.match(written, [{ span: { startedAt: 100, endedAt: 130 } }])
})

t.test('an error after the end of the agent is not written', async t => {
  const { recorder, report, written } = scene()
  report()
  const run = recorder.round(async trace => {
    trace.deciding()
    throw new Error('aborted')
  }, AbortSignal.abort())
  await t.rejects(run, { message: 'aborted' })
  t.strictSame(written, [])
})
