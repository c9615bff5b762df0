/**
 * Every way the agent's own business can fail.
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

/** The one error of this package; those of the packages below pass through as they are. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  /** Which failure this is; see {@link AgentErrorCode}. */
  readonly code: AgentErrorCode

  constructor(code: AgentErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}
