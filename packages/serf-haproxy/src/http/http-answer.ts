import type { ServerResponse } from 'node:http'

/** What the server answers to one request. */
export interface HttpAnswer {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * What every answer carries. The page may load its own files and nothing else,
 * no other page may frame it or read from it, and no text of a member can
 * become a script: the browser refuses to take a text for HTML at all.
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

/** A JSON answer; `value` has to be plain data. */
export function json(status: number, value: unknown): HttpAnswer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` }
}

/** A refusal: what was wrong, and what to do. */
export function refusal(
  status: number,
  error: string,
  headers?: Readonly<Record<string, string>>,
): HttpAnswer {
  return { ...json(status, { error }), ...(headers && { headers }) }
}

/** Sends an answer; a client that is gone by then is nobody's concern. */
export function send(response: ServerResponse, answer: HttpAnswer, isHead = false): void {
  response.writeHead(answer.status, {
    ...securityHeaders,
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    ...answer.headers,
  })
  response.end(isHead ? undefined : answer.body)
}
