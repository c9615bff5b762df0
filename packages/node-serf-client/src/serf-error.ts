/**
 * Every way a call to a Serf agent can fail.
 *
 * Each code has a heading in docs/errors.md.
 */
export type SerfErrorCode =
  | 'unreachable'
  | 'closed'
  | 'authentication'
  | 'timeout'
  | 'protocol'
  | 'refused'
  | 'invalid-argument'

/** The one error that this package throws. */
export class SerfError extends Error {
  override readonly name = 'SerfError'
  /** Which failure this is; see {@link SerfErrorCode}. */
  readonly code: SerfErrorCode
  /** The RPC command that failed, where one was under way. */
  readonly command: string | undefined

  constructor(
    code: SerfErrorCode,
    message: string,
    options: { command?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.command = options.command
  }
}
