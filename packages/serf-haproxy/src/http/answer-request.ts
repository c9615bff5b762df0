import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { notFound } from './agent-routes.js'
import type { EventStreams } from './event-streams.js'
import type { Connections } from './connections.js'
import { acceptsGzip, encodedAnswer } from './encoded-answer.js'
import { json, refusal, send, type HttpAnswer, type Route } from './http-answer.js'
import {
  authorize,
  originOf,
  refuseWithoutToken,
  viewOf,
  type AccessRules,
  type RequestInfo,
} from './request-guard.js'
import { withoutQuotes, type View } from '../views/open-view.js'
import { refuseOversized, requestLimits } from './request-limits.js'

/** Time for a client to read an answer after which its connection is destroyed, in milliseconds. */
const lingerMs = 1_000

/** One request, and all that its answer depends on. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly routes: readonly Route[]
  readonly streams: EventStreams
  readonly connections: Connections
  readonly access: AccessRules
  readonly isLocal: boolean
}

/** Answers any request. Never throws. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, connections, streams, access, isLocal } = exchange
  if (!connections.begin(request, response))
    return send(response, { ...refusal(503, oneAtATime), headers: { connection: 'close' } })
  const method = request.method ?? ''
  const { host, authorization } = request.headers
  const [path, query] = (request.url ?? '').split('?', 2)
  const info = { method, host, authorization, isLocal }
  const refused = refuseOversized(request) ?? authorize(info, access)
  if (refused) return send(response, refused)
  if (method === 'GET' && path === '/events') {
    if (!streams.hasRoom) return send(response, refusal(503, 'too many event streams; close one'))
    connections.release(request)
    const wantsDeltas = new URLSearchParams(query).has('deltas')
    const view = viewOf(info, access)
    const isCompressed = acceptsGzip(request.headers['accept-encoding'])
    const id = lastEventId(request)
    return streams.open(response, { lastEventId: id, view, wantsDeltas, isCompressed })
  }
  const answer = await routed(exchange, info)
  const isRead = method === 'GET' || method === 'HEAD'
  send(response, isRead ? await encodedAnswer(answer, request.headers) : answer, method === 'HEAD')
  connections.limitUnread()
}

const oneAtATime = 'expected one request at a time on a connection; wait for the answer'

async function routed(
  { request, routes, access }: Exchange,
  info: RequestInfo,
): Promise<HttpAnswer> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const fitting = routes.filter(route => route.path.test(path))
  if (fitting.length === 0) return notFound()
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = fitting.find(route => route.method === method)
  if (!route) {
    const allow = fitting.map(route => route.method).join(', ')
    return refusal(405, `expected ${allow}, got ${request.method}`, { allow })
  }
  const view = viewOf(info, access)
  const refused = route.isText && view === 'open' ? refuseWithoutToken(info, access) : undefined
  if (refused) return refused
  try {
    const parameters = (route.path.exec(path) ?? []).slice(1).map(decodeURIComponent)
    const by = originOf(request, info.isLocal)
    return await route.answer(parameters, new URLSearchParams(query), view, by)
  } catch (error) {
    if (error instanceof URIError) return refusal(400, 'invalid percent-encoding in the path')
    return failure(error, view)
  }
}

/** Returns code and message of an error of these packages. Other errors may contain secrets: their text stays in the log. */
function failure(error: unknown, view: View): HttpAnswer {
  const { name, code, message } = error as { name?: string; code?: unknown; message?: string }
  const isOurs = /^(?:Agent|Reload|Haproxy|Render)Error$/.test(name ?? '')
  if (!isOurs) return refusal(500, 'internal error; see the log of the agent')
  return json(409, { error: view === 'full' ? message : withoutQuotes(message ?? ''), code })
}

function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id']
  return typeof id === 'string' ? id : undefined
}

/**
 * Answers a request that Node could not parse, and ends its connection. A client
 * that keeps its side open is disconnected after a second.
 */
export function explainBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  // Bytes behind those that could not be parsed come here as well.
  if (socket.writableEnded) return
  // Unread answers are in front of this one: the client would not get it.
  if (!socket.writable || error.code === 'ECONNRESET' || socket.writableLength > 0) {
    socket.destroy()
    return
  }
  const [status, words] = reasonOf(error)
  const body = `${JSON.stringify({ error: `expected ${words}` })}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
  const late = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(late))
}

function reasonOf({ code }: NodeJS.ErrnoException): readonly [status: string, expected: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [
        '431 Request Header Fields Too Large',
        `headers of at most ${requestLimits.maxHeaderSize} bytes`,
      ]
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', `a request within ${requestLimits.requestTimeout} ms`]
    default:
      return ['400 Bad Request', 'HTTP/1.1']
  }
}
