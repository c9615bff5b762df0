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

/** The agent's own refusal of a command, as a {@link SerfError}. */
export function refusal(command: string, reason: string): SerfError {
  const isKeyMatter = /authentication required|invalid authentication token/i.test(reason)
  return new SerfError(
    isKeyMatter ? 'authentication' : 'refused',
    `The Serf agent refused ${command}: ${reason}`,
    { command },
  )
}

/** What went wrong while reading from the agent, as a {@link SerfError}. */
export function asSerfError(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  const fault = error instanceof Error ? error.message : String(error)
  const isSocketFault = error instanceof Error && 'syscall' in error
  return isSocketFault
    ? new SerfError('closed', `The connection to the Serf agent broke: ${fault}`, { cause: error })
    : new SerfError('protocol', `What the Serf agent sent cannot be read: ${fault}`, {
        cause: error,
      })
}
