/**
 * Codes of all errors of this package.
 *
 * Each code has a section in docs/errors.md.
 */
export type SerfErrorCode =
  | 'unreachable'
  | 'closed'
  | 'handshake'
  | 'authentication'
  | 'timeout'
  | 'protocol'
  | 'reply-too-large'
  | 'refused'
  | 'invalid-argument'

/**
 * Only error class of this package.
 *
 * @example
 * ```ts
 * import { connect, SerfError } from 'node-serf-client'
 * import { startFakeAgent } from 'node-serf-client/fake-agent'
 *
 * const agent = await startFakeAgent({ authKey: 'secret' })
 * const error: unknown = await connect({ port: agent.port, authKey: 'wrong' }).catch(e => e)
 * error instanceof SerfError && error.code // => 'authentication'
 * await agent.close()
 * ```
 */
export class SerfError extends Error {
  override readonly name = 'SerfError'
  /** Kind of the error; see {@link SerfErrorCode}. */
  readonly code: SerfErrorCode
  /** RPC command that failed, if the error belongs to one. */
  readonly command: string | undefined
  /** Body of a refusal: a {@link KeyReply}, or the number of agents that were joined. */
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

/** Longest part of an agent's reason that a message quotes, in characters. */
const maxReason = 1000

/** Reasons with a code of their own; all others are `refused`. */
const knownReasons: readonly (readonly [RegExp, SerfErrorCode])[] = [
  [/authentication required|invalid authentication token/i, 'authentication'],
  [/handshake required|unsupported ipc version/i, 'handshake'],
]

/** Returns the {@link SerfError} for a command that the agent refused. */
export function refusal(command: string, reason: string, details?: unknown): SerfError {
  const code = knownReasons.find(([pattern]) => pattern.test(reason))?.[1] ?? 'refused'
  const shown = reason.length > maxReason ? `${reason.slice(0, maxReason)}…` : reason
  return new SerfError(code, `The Serf agent refused ${command}: ${shown}`, { command, details })
}

/**
 * Returns true if a refusal ends the connection. After this reason the agent
 * has not read the body of the request: it reads the body as the next header
 * and answers twice.
 */
export function isFatal(reason: string): boolean {
  return /^(?:authentication|handshake) required/i.test(reason)
}

/** Returns the {@link SerfError} for a connection that broke. */
export function brokenConnection(cause: Error): SerfError {
  return new SerfError('closed', `The connection to the Serf agent broke: ${cause.message}`, {
    cause,
  })
}

/** Returns the {@link SerfError} for data of the agent that cannot be read. */
export function unreadable(error: unknown): SerfError {
  if (error instanceof SerfError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new SerfError('protocol', `Cannot read the Serf agent's data: ${reason}`, {
    cause: error,
  })
}

/** Copies the error that ended the connection, for one of its calls. */
export function forCommand({ code, message, cause }: SerfError, command: string): SerfError {
  return new SerfError(code, message, cause === undefined ? { command } : { command, cause })
}

/** Returns the {@link SerfError} for a call while `most` others have no answer. */
export function tooManyCalls(command: string, most: number): SerfError {
  const message =
    `Cannot send ${command}: expected fewer than ${most} requests without an answer; ` +
    'close this connection and connect again'
  return new SerfError('timeout', message, { command })
}
