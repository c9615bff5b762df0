/**
 * Codes of {@link AgentError}.
 *
 * Each code has a heading in docs/errors.md.
 */
export type AgentErrorCode =
  | 'configuration'
  | 'locked'
  | 'no-agent'
  | 'no-membership'
  | 'not-running'
  | 'policy'
  | 'recording'
  | 'refused'
  | 'state-folder'
  | 'tracing'

/**
 * The error class of this package. Errors of other packages pass through unchanged.
 *
 * @example
 * ```ts
 * import { AgentError, loadConfiguration } from 'serf-haproxy'
 *
 * const codes: string[] = []
 * try {
 *   loadConfiguration('/nonexistent/serf-haproxy.yaml')
 * } catch (error) {
 *   if (error instanceof AgentError) codes.push(error.code)
 * }
 * codes // => ['configuration']
 * ```
 */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  /** Kind of the failure; see {@link AgentErrorCode}. */
  readonly code: AgentErrorCode

  constructor(code: AgentErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}
