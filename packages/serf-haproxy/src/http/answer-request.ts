import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { notFound, type Route } from './agent-routes.js'
import type { EventStreams } from './event-streams.js'
import { refusal, send, type HttpAnswer } from './http-answer.js'
import { authorize, type AccessRules } from './request-guard.js'

/** What one client may send, and how long it may take: enough for any browser. */
export const requestLimits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
}

/** One request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly routes: readonly Route[]
  readonly streams: EventStreams
  readonly rules: AccessRules
  readonly isLocal: boolean
}

/** Answers one request, whatever it is. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, streams, rules, isLocal } = exchange
  const method = request.method ?? ''
  const { host, authorization } = request.headers
  const path = (request.url ?? '').split('?')[0]
  const refused = authorize({ method, host, authorization, isLocal }, rules)
  if (refused) return send(response, refused)
  if (method === 'GET' && path === '/events') {
    if (!streams.hasRoom) return send(response, refusal(503, 'too many follow already; close one'))
    return streams.open(response, lastEventId(request))
  }
  send(response, await routed(exchange), method === 'HEAD')
}

async function routed({ request, routes }: Exchange): Promise<HttpAnswer> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const fitting = routes.filter(route => route.path.test(path))
  if (fitting.length === 0) return notFound()
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = fitting.find(route => route.method === method)
  if (!route) {
    const allow = fitting.map(route => route.method).join(', ')
    return refusal(405, `found ${request.method}, wanted ${allow}`, { allow })
  }
  try {
    const parameters = (route.path.exec(path) ?? []).slice(1).map(decodeURIComponent)
    return await route.answer(parameters, new URLSearchParams(query))
  } catch (error) {
    if (error instanceof URIError) return refusal(400, 'the path is not percent-encoded rightly')
    return failure(error)
  }
}

/** What our own packages throw has a code and a message that says what to do; else say nothing. */
function failure(error: unknown): HttpAnswer {
  const { name, code, message } = error as { name?: string; code?: unknown; message?: string }
  const isOurs = /^(?:Agent|Reload|Haproxy|Render)Error$/.test(name ?? '')
  if (!isOurs) return refusal(500, 'the agent met an error of its own; its log has more')
  return { ...refusal(409, message ?? ''), body: `${JSON.stringify({ error: message, code })}\n` }
}

function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id']
  return typeof id === 'string' ? id : undefined
}

/** What is no HTTP is answered as far as it can be, and never brings the agent down. */
export function explainBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, words] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          '431 Request Header Fields Too Large',
          `headers of at most ${requestLimits.maxHeaderSize} bytes`,
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', `a request within ${requestLimits.requestTimeout} ms`]
        : ['400 Bad Request', 'HTTP/1.1']
  const body = `${JSON.stringify({ error: `wanted ${words}` })}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}
