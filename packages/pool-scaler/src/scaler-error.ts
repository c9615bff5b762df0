/**
 * Codes of {@link ScalerError}.
 *
 * Each code has a heading in docs/errors.md.
 */
export type ScalerErrorCode = 'configuration' | 'driver' | 'memory' | 'no-agent'

/**
 * The error class of this package.
 *
 * @example
 * ```ts
 * import { loadScaling, ScalerError } from 'pool-scaler'
 *
 * const codes: string[] = []
 * try {
 *   loadScaling('/nonexistent/pool-scaler.yaml')
 * } catch (error) {
 *   if (error instanceof ScalerError) codes.push(error.code)
 * }
 * codes // => ['configuration']
 * ```
 */
export class ScalerError extends Error {
  override readonly name = 'ScalerError'
  /** Kind of the failure; see {@link ScalerErrorCode}. */
  readonly code: ScalerErrorCode

  constructor(code: ScalerErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : options)
    this.code = code
  }
}
