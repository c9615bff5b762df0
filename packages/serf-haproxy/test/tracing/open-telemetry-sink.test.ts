import * as api from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base'
import t from 'tap'
import { rememberSecrets } from '../../src/redaction/known-secrets.js'
import { OpenTelemetrySink } from '../../src/tracing/open-telemetry-sink.js'
import { roundSpan } from '../../src/tracing/round-spans.js'
import { joinRound, resultOf } from './sample-round.js'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
api.trace.setGlobalTracerProvider(provider)
t.teardown(() => provider.shutdown())
t.beforeEach(() => exporter.reset())

const sink = new OpenTelemetrySink(api, '1.2.3')
const offsetMs = 1_700_000_000_000.5
const top = { parent: undefined, links: [], offsetMs }

/** Returns the exported spans by name. */
function exported(): ReadonlyMap<string, ReadableSpan> {
  return new Map(exporter.getFinishedSpans().map(span => [span.name, span]))
}

t.test('a round is one trace, with the parents and the times of its data', async t => {
  const context = sink.write(roundSpan(joinRound), top)
  const spans = exported()
  t.strictSame(
    [...spans.values()].map(({ name, parentSpanContext }) => {
      const parent = [...spans.values()].find(
        each => each.spanContext().spanId === parentSpanContext?.spanId,
      )
      return `${parent?.name ?? 'none'} > ${name}`
    }),
    [
      'round > report',
      'round > read members',
      'round > read servers',
      'round > decide',
      'round > render',
      'apply > batch',
      'round > apply',
      'none > round',
    ],
  )
  for (const span of spans.values()) t.equal(span.spanContext().traceId, context.traceId)
  t.strictSame(spans.get('batch')?.startTime, [1_700_000_000, 117_500_000])
  t.strictSame(spans.get('batch')?.endTime, [1_700_000_000, 120_500_000])
  t.strictSame(spans.get('round')?.startTime, [1_700_000_000, 100_500_000])
  t.match(spans.get('round'), {
    instrumentationScope: { name: 'serf-haproxy', version: '1.2.3' },
    attributes: { 'serf_haproxy.pools': ['nodes'], 'serf_haproxy.generation': 7 },
    status: { code: api.SpanStatusCode.UNSET },
  })
})

t.test('a later span is below its round, and a round links to others', async t => {
  const first = sink.write(roundSpan(joinRound), top)
  exporter.reset()
  const later = sink.write(
    { name: 'retry', startedAt: 1, endedAt: 2, attributes: {}, children: [] },
    { ...top, parent: first },
  )
  t.equal(later.traceId, first.traceId)
  sink.write(roundSpan({ ...joinRound, reports: [] }), { ...top, links: [first] })
  const spans = exported()
  t.match(spans.get('retry')?.parentSpanContext, { spanId: first.spanId })
  t.not(spans.get('round')?.spanContext().traceId, first.traceId)
  t.match(spans.get('round')?.links, [{ context: { spanId: first.spanId } }])
})

t.test('a round is no part of the trace in which the agent runs', async t => {
  const active = provider.getTracer('other').startSpan('other')
  const context = api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, active), () =>
    sink.write(roundSpan(joinRound), top),
  )
  t.not(context.traceId, active.spanContext().traceId)
})

t.test('an error is the status, without secrets and without control characters', async t => {
  rememberSecrets(['geheim-47'])
  const report = 'password geheim-47\u001B[31m is wrong'
  sink.write(roundSpan({ ...joinRound, result: resultOf({ kind: 'rejected', report }) }), top)
  const { status, attributes } = exported().get('round') ?? {}
  t.strictSame(status, {
    code: api.SpanStatusCode.ERROR,
    message: String.raw`password [redacted]\u{1b}[31m is wrong`,
  })
  t.match(attributes, { 'error.type': 'rejected', 'serf_haproxy.outcome': 'rejected' })
})

t.test('a text of an attribute is at most 2,000 characters', async t => {
  const cause = 'm'.repeat(5000)
  sink.write(
    roundSpan({ ...joinRound, result: { ...resultOf({ kind: 'superseded' }), cause } }),
    top,
  )
  t.equal(String(exported().get('round')?.attributes['serf_haproxy.cause']).length, 2000)
})
