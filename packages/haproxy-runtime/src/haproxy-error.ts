/**
 * The ways in which a command to a running HAProxy can fail.
 *
 * Each code has a heading in docs/errors.md.
 */
export type HaproxyErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'overloaded'
  | 'protocol'
  | 'reply-too-large'
  | 'wrong-socket'
  | 'unsafe-argument'
  | 'refused'

/**
 * The one error that this package throws.
 *
 * @example
 * ```ts
 * import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
 *
 * const runtime = createRuntimeClient({ socket: '/nonexistent/haproxy.sock' })
 * const error: unknown = await runtime.info().catch(e => e)
 * error instanceof HaproxyError && error.code // => 'unreachable'
 * ```
 */
export class HaproxyError extends Error {
  override readonly name = 'HaproxyError'
  /** The kind of failure; see {@link HaproxyErrorCode}. */
  readonly code: HaproxyErrorCode

  constructor(code: HaproxyErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}

/** An error about a reply in an unknown format; the message quotes its start. */
export function unreadableReply(command: string, reply: string, expected = ''): HaproxyError {
  const got = JSON.stringify(reply.slice(0, 100))
  const wish = expected === '' ? '' : `expected ${expected}, `
  return new HaproxyError('protocol', `Cannot parse the reply to ${command}: ${wish}got ${got}`)
}
