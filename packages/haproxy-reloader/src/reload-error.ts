/**
 * Every way applying a configuration can fail for reasons that lie outside
 * the configuration.
 *
 * Each code has a heading in docs/errors.md.
 */
export type ReloadErrorCode =
  'file' | 'check-unavailable' | 'closed' | 'unknown-generation' | 'broken-generation'

/** The one error that this package throws; a refused configuration is an outcome, not an error. */
export class ReloadError extends Error {
  override readonly name = 'ReloadError'
  /** Which failure this is; see {@link ReloadErrorCode}. */
  readonly code: ReloadErrorCode

  constructor(code: ReloadErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}

/** Does something to the disk; its failure is a ReloadError `file`. */
export async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw new ReloadError('file', `Cannot ${what}: ${(cause as Error).message}`, { cause })
  }
}
