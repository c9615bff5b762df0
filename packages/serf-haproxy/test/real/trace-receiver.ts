import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'

/** A span as OTLP/HTTP has it in JSON; the parts that tests read. */
interface WireSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[]
  readonly status: { readonly code?: number; readonly message?: string }
}

/** A received span. Times are milliseconds since the epoch. */
export interface ReceivedSpan extends Pick<WireSpan, 'name' | 'traceId' | 'spanId' | 'status'> {
  readonly parent: string | undefined
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** Attributes of the program that sent it. */
  readonly resource: Readonly<Record<string, unknown>>
}

interface Request {
  readonly resourceSpans: readonly {
    readonly resource: Pick<WireSpan, 'attributes'>
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[]
  }[]
}

/** Starts a receiver of OTLP/HTTP on loopback; it ends with the test. */
export async function startTraceReceiver(
  t: Test,
): Promise<{ readonly url: string; readonly spans: readonly ReceivedSpan[] }> {
  const spans: ReceivedSpan[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    spans.push(...spansOf((await json(request)) as Request))
    response.setHeader('content-type', 'application/json').end('{}')
  }
  const server = createServer((request, response) => void receive(request, response)).listen(
    0,
    '127.0.0.1',
  )
  t.teardown(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans }
}

function spansOf({ resourceSpans }: Request): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(scope =>
      scope.spans.map(span => ({
        ...span,
        parent: span.parentSpanId,
        startedAt: Number(span.startTimeUnixNano) / 1e6,
        endedAt: Number(span.endTimeUnixNano) / 1e6,
        attributes: attributesOf(span),
        resource: attributesOf(resource),
      })),
    ),
  )
}

function attributesOf({ attributes }: Pick<WireSpan, 'attributes'>): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [single] = Object.values(value)
      const { values } = single as { values?: readonly Record<string, unknown>[] }
      return [key, values ? values.map(each => Object.values(each)[0]) : single]
    }),
  )
}
