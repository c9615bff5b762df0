/**
 * Codes of {@link ServiceError}.
 *
 * Each code has a heading in docs/errors.md.
 */
export type ServiceErrorCode =
  'invalid-description' | 'unknown-dependency' | 'dependency-cycle' | 'file'

/** The one error that this package throws. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  /** The kind of failure; see {@link ServiceErrorCode}. */
  readonly code: ServiceErrorCode

  constructor(code: ServiceErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}
