/**
 * Every way rendering can fail.
 *
 * Each code has a heading in docs/errors.md.
 */
export type RenderErrorCode =
  | 'invalid-model'
  | 'invalid-template'
  | 'unknown-helper'
  | 'raw-output'
  | 'unknown-name'
  | 'unsafe-value'

/** Where in a template something is wrong; lines count from 1, columns from 0. */
export interface TemplatePlace {
  readonly template: string
  readonly line: number
  readonly column: number
}

/** The one error that this package throws. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  /** Which failure this is; see {@link RenderErrorCode}. */
  readonly code: RenderErrorCode
  /** Where in the template, where the template is at fault. */
  readonly place: TemplatePlace | undefined

  constructor(
    code: RenderErrorCode,
    message: string,
    options: { place?: TemplatePlace | undefined; cause?: unknown } = {},
  ) {
    const { place, cause } = options
    const where = place ? `${place.template}:${place.line}:${place.column}: ` : ''
    super(where + message, cause === undefined ? undefined : { cause })
    this.code = code
    this.place = place
  }
}
