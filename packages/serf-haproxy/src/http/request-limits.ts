import type { IncomingMessage } from 'node:http'
import { refusal, type HttpAnswer } from './http-answer.js'

/** Limits of the HTTP parser, times in milliseconds; enough for any browser. */
export const requestLimits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  /** Node looks only this often for requests that are late; every 30 s by default. */
  connectionsCheckingInterval: 1_000,
}

/** Limits of one request after it is parsed. No path reads a body. */
const mostOf = { urlLength: 4_096, headers: 100, bodyBytes: 1_024 }

/** Returns the answer to a request that exceeds a limit; undefined if it is within all of them. */
export function refuseOversized(
  request: Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'>,
): HttpAnswer | undefined {
  const { url = '', headers, rawHeaders } = request
  if (url.length > mostOf.urlLength)
    return refusal(
      414,
      `expected a path of at most ${mostOf.urlLength} characters, got ${url.length}`,
    )
  const count = rawHeaders.length / 2
  if (count > mostOf.headers)
    return refusal(431, `expected at most ${mostOf.headers} headers, got ${count}`)
  const length = Number(headers['content-length'] ?? 0)
  if (headers['transfer-encoding'] === undefined && length <= mostOf.bodyBytes) return undefined
  const got = headers['transfer-encoding'] === undefined ? `${length}` : 'one of unknown length'
  return refusal(413, `expected no body, or one of at most ${mostOf.bodyBytes} bytes, got ${got}`)
}
