import type * as Api from '@opentelemetry/api'
import type { HrTime, SpanContext } from '@opentelemetry/api'
import { shownText } from '../redaction/shown.js'
import type { SpanSink } from './round-recorder.js'
import type { Attributes, SpanData } from './span-data.js'

/** The parts of `@opentelemetry/api` that are used. */
export type OpenTelemetry = Pick<typeof Api, 'trace' | 'ROOT_CONTEXT' | 'SpanStatusCode'>

/** Longest text of an attribute, in characters: a cause may name many members. */
const longestText = 2000
/** Most values of one attribute. */
const mostValues = 100

/** Writes spans to the tracer provider that is registered, without secrets. */
export class OpenTelemetrySink implements SpanSink<SpanContext> {
  readonly #api: OpenTelemetry
  readonly #version: string

  /** @param version - version of the agent, which is that of the spans' scope */
  constructor(api: OpenTelemetry, version: string) {
    this.#api = api
    this.#version = version
  }

  write(
    span: SpanData,
    { parent, links, offsetMs }: Parameters<SpanSink<SpanContext>['write']>[1],
  ): SpanContext {
    const { trace, ROOT_CONTEXT, SpanStatusCode } = this.#api
    const above = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const own = trace.getTracer('serf-haproxy', this.#version).startSpan(
      span.name,
      {
        // The context of the agent's program is never a parent.
        root: !parent,
        startTime: hrTime(span.startedAt + offsetMs),
        attributes: shownAttributes(span),
        links: links.map(context => ({ context })),
      },
      above,
    )
    const context = own.spanContext()
    for (const child of span.children) this.write(child, { parent: context, links: [], offsetMs })
    if (span.error)
      own.setStatus({ code: SpanStatusCode.ERROR, message: shown(span.error.problem) })
    own.end(hrTime(span.endedAt + offsetMs))
    return context
  }
}

function shownAttributes({ attributes, error }: SpanData) {
  const all: Attributes = error ? { ...attributes, 'error.type': error.type } : attributes
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, shownValue(value)]))
}

function shownValue(value: Attributes[string]): string | number | string[] {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? shown(value) : value.slice(0, mostValues).map(shown)
}

function shown(text: string): string {
  return shownText(text).slice(0, longestText)
}

/** Returns a time since the epoch as seconds and nanoseconds, without loss. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
