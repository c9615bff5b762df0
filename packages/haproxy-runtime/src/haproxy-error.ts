/**
 * Every way a command to a running HAProxy can fail.
 *
 * Each code has a heading in docs/errors.md.
 */
export type HaproxyErrorCode =
  'unreachable' | 'timeout' | 'overloaded' | 'protocol' | 'unsafe-argument' | 'refused'

/** The one error that this package throws. */
export class HaproxyError extends Error {
  override readonly name = 'HaproxyError'
  /** Which failure this is; see {@link HaproxyErrorCode}. */
  readonly code: HaproxyErrorCode

  constructor(code: HaproxyErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}
