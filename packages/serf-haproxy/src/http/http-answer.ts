import type { ServerResponse } from 'node:http'
import { shownJson } from '../redaction/shown.js'
import type { View } from '../views/open-view.js'

/** The answer to one request. */
export interface HttpAnswer {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** The answer to one method on one path. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Matches the whole path; its groups are the parameters, which are percent-decoded. */
  readonly path: RegExp
  /** True if the answer is text of a configuration, which needs the control socket or the token. */
  readonly isText?: true
  answer(
    parameters: readonly string[],
    query: URLSearchParams,
    view: View,
    by: string,
  ): HttpAnswer | Promise<HttpAnswer>
}

/**
 * Headers of every answer. The page can load only its own files, and no other
 * page can frame it or read from it. Text of a member cannot become a script:
 * trusted types forbid the browser to parse any text as HTML.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Returns a JSON answer without secrets; `value` must be plain data. */
export function json(status: number, value: unknown): HttpAnswer {
  return { status, type: 'application/json', body: `${shownJson(value)}\n` }
}

/** Returns an error answer. The text says what failed and how to fix it. */
export function refusal(
  status: number,
  error: string,
  headers?: Readonly<Record<string, string>>,
): HttpAnswer {
  return { ...json(status, { error }), ...(headers && { headers }) }
}

/** Sends an answer. A client that has disconnected is ignored. */
export function send(response: ServerResponse, answer: HttpAnswer, isHead = false): void {
  response.writeHead(answer.status, {
    ...securityHeaders,
    'content-type': answer.type,
    // A length in a 304 would be that of the body that the client has.
    ...(answer.status !== 304 && { 'content-length': Buffer.byteLength(answer.body) }),
    ...answer.headers,
  })
  response.end(isHead ? undefined : answer.body)
}
