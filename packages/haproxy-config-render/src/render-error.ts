/**
 * Every way rendering can fail.
 *
 * Each code has a heading in docs/errors.md.
 */
export type RenderErrorCode =
  | 'invalid-model'
  | 'invalid-policy'
  | 'invalid-template'
  | 'unknown-helper'
  | 'raw-output'
  | 'unknown-name'
  | 'unsafe-value'
  | 'unreadable-file'

/** Where in a template or a model file something is wrong; lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** What is known of a failure beside its message. */
export interface RenderErrorFacts {
  readonly place?: SourcePlace | undefined
  /** What was there, as text, at most some 200 characters of it. */
  readonly found?: string | undefined
  readonly wanted?: string | undefined
  readonly cause?: unknown
}

/** The one error that this package throws. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  /** Which failure this is; see {@link RenderErrorCode}. */
  readonly code: RenderErrorCode
  /** Where in the source, where a source is at fault. */
  readonly place: SourcePlace | undefined
  readonly found: string | undefined
  readonly wanted: string | undefined

  constructor(code: RenderErrorCode, what: string, facts: RenderErrorFacts = {}) {
    const { place, found, wanted, cause } = facts
    const where = place ? `${place.file}:${place.line}:${place.column}: ` : ''
    const details = [wanted && `expected ${wanted}`, found && `got ${found}`].filter(Boolean)
    const message = [what, details.join(', ')].filter(Boolean).join(': ')
    super(where + message, cause === undefined ? undefined : { cause })
    this.code = code
    this.place = place
    this.found = found
    this.wanted = wanted
  }
}
