/**
 * Every way a call to a Serf agent can fail.
 *
 * Each code has a heading in docs/errors.md.
 */
export type SerfErrorCode =
  | 'unreachable'
  | 'closed'
  | 'handshake'
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
  /** What the agent answered beside its refusal: a {@link KeyReply}, or how many were joined. */
  readonly details: unknown

  constructor(
    code: SerfErrorCode,
    message: string,
    options: { command?: string | undefined; details?: unknown; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.command = options.command
    this.details = options.details
  }
}

/** What the agent's words mean, where they mean more than a refusal. */
const knownReasons: readonly (readonly [RegExp, SerfErrorCode])[] = [
  [/authentication required|invalid authentication token/i, 'authentication'],
  [/handshake required|unsupported ipc version/i, 'handshake'],
]

/** The agent's own refusal of a command, as a {@link SerfError}. */
export function refusal(command: string, reason: string, details?: unknown): SerfError {
  const code = knownReasons.find(([words]) => words.test(reason))?.[1] ?? 'refused'
  return new SerfError(code, `The Serf agent refused ${command}: ${reason}`, { command, details })
}

/**
 * Whether a refusal ends the connection. The agent did not read the body of
 * the request that it refused so: it takes it for a header, and answers twice.
 */
export function isFatal(reason: string): boolean {
  return /^(?:authentication|handshake) required/i.test(reason)
}

/** What broke the connection, as a {@link SerfError}. */
export function brokenConnection(cause: Error): SerfError {
  return new SerfError('closed', `The connection to the Serf agent broke: ${cause.message}`, {
    cause,
  })
}

/** What went wrong while reading from the agent, as a {@link SerfError}. */
export function unreadable(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  const fault = error instanceof Error ? error.message : String(error)
  return new SerfError('protocol', `What the Serf agent sent cannot be read: ${fault}`, {
    cause: error,
  })
}
