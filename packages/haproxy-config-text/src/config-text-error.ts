/** Codes of {@link ConfigTextError}; docs/errors.md has a section on each. */
export type ConfigTextErrorCode =
  /** HAProxy itself could not be run, or did not end in time. */
  'check-unavailable'

/** A check that could not be made. A configuration that HAProxy rejects is a result, not an error. */
export class ConfigTextError extends Error {
  override readonly name = 'ConfigTextError'
  /** Kind of the failure; see {@link ConfigTextErrorCode}. */
  readonly code: ConfigTextErrorCode

  constructor(code: ConfigTextErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
