/**
 * The ways in which applying a configuration can fail for reasons outside the
 * configuration.
 *
 * Each code has a heading in docs/errors.md.
 */
export type ReloadErrorCode =
  'file' | 'check-unavailable' | 'closed' | 'unknown-generation' | 'broken-generation'

/** The one error that this package throws; a rejected configuration is an outcome, not an error. */
export class ReloadError extends Error {
  override readonly name = 'ReloadError'
  /** The kind of failure; see {@link ReloadErrorCode}. */
  readonly code: ReloadErrorCode

  constructor(code: ReloadErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}

/** Runs an action on the disk; its failure becomes a ReloadError `file`. */
export async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof ReloadError) throw cause
    throw new ReloadError('file', `Cannot ${what}: ${(cause as Error).message}`, { cause })
  }
}
