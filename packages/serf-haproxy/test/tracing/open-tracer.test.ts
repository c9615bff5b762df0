import { trace, type TracerProvider } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import type { TimelineEntry } from '../../src/state/agent-event.js'
import { openTracer } from '../../src/tracing/open-tracer.js'
import { noTracer, type RoundTracer } from '../../src/tracing/round-tracer.js'
import { fakeClock } from '../fake-clock.js'
import { applied, resultOf } from './sample-round.js'

/** Opens a tracer with this provider registered; `folders` are those of the API. */
function opened(t: Test, provider?: TracerProvider, folders?: readonly string[]) {
  if (provider) trace.setGlobalTracerProvider(provider)
  t.teardown(() => trace.disable())
  const events: TimelineEntry[] = []
  const journal = new AgentJournal(fakeClock(), entry => events.push(entry))
  return { tracer: openTracer(fakeClock(), journal, folders), events }
}

/** Runs a round that applies a change. */
function runRound(tracer: RoundTracer): Promise<void> {
  return tracer.round(async round => {
    round.applying()
    round.applied(resultOf(applied))
  }, new AbortController().signal)
}

t.test('without a registered provider nothing is loaded, and nothing is noted', async t => {
  const { tracer, events } = opened(t, undefined, ['/there/is/no/such/folder'])
  t.equal(tracer, noTracer)
  await runRound(tracer)
  t.strictSame(events, [])
})

t.test('with a registered provider a round is exported', async t => {
  const exporter = new InMemorySpanExporter()
  const { tracer, events } = opened(
    t,
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  await runRound(tracer)
  t.match(exporter.getFinishedSpans(), [
    { name: 'read servers' },
    { name: 'apply' },
    { name: 'round' },
  ])
  t.strictSame(events, [])
})

t.test('the API is found in the second folder if the first has none', async t => {
  const folder = temporaryFolder(t)
  const place = join(folder, 'node_modules/@opentelemetry/api')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), '{ "name": "@opentelemetry/api", "main": "main.cjs" }')
  writeFileSync(join(place, 'main.cjs'), 'throw new Error("this is the one of the folder")')
  const { events } = opened(t, new BasicTracerProvider(), [temporaryFolder(t), folder])
  t.match(events, [{ kind: 'error', error: /this is the one of the folder/ }])
})

t.test('a provider without the API is an error with a remedy, and the agent goes on', async t => {
  const folder = temporaryFolder(t)
  const { tracer, events } = opened(t, new BasicTracerProvider(), [folder])
  t.equal(tracer, noTracer)
  t.match(events, [{ kind: 'error', code: 'tracing', text: /Cannot load @opentelemetry\/api/ }])
  t.match(events[0]?.text, `from ${folder}, so there are no traces: Cannot find module`)
  t.match(events[0]?.text, /; install it next to serf-haproxy/)
})

t.test('an SDK that throws is reported once, and fails no round', async t => {
  const broken = {
    getTracer: () => {
      throw new Error('no processor')
    },
  }
  const { tracer, events } = opened(t, broken)
  await runRound(tracer)
  await runRound(tracer)
  t.match(events, [{ kind: 'error', code: 'tracing', text: /^OpenTelemetry failed.*no processor/ }])
})
