/**
 * Codes of {@link RenderError}.
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

/** A place in a template or model file; lines and columns count from 1. */
export interface SourcePlace {
  /** Name of the template or model file. */
  readonly file: string
  /** Line, from 1. */
  readonly line: number
  /** Column, from 1. */
  readonly column: number
}

/** Details of a failure. */
export interface RenderErrorFacts {
  readonly place?: SourcePlace | undefined
  /** The actual value as text, cut to about 100 characters. */
  readonly got?: string | undefined
  readonly expected?: string | undefined
  readonly cause?: unknown
}

/**
 * The one error that this package throws.
 *
 * @example
 * ```ts
 * import { compileTemplate, RenderError } from 'haproxy-config-render'
 *
 * const codes: string[] = []
 * try {
 *   compileTemplate('{{#each pools}}')
 * } catch (error) {
 *   if (error instanceof RenderError) codes.push(error.code)
 * }
 * codes // => ['invalid-template']
 * ```
 */
export class RenderError extends Error {
  override readonly name = 'RenderError'
  /** The kind of failure; see {@link RenderErrorCode}. */
  readonly code: RenderErrorCode
  /** The place of the error, if a source file has one. */
  readonly place: SourcePlace | undefined
  /** Actual value as text, cut to about 100 characters; undefined without one. */
  readonly got: string | undefined
  /** Expected value in words; undefined without one. */
  readonly expected: string | undefined

  constructor(code: RenderErrorCode, what: string, facts: RenderErrorFacts = {}) {
    const { place, got, expected, cause } = facts
    const where = place ? `${place.file}:${place.line}:${place.column}: ` : ''
    const details = [expected && `expected ${expected}`, got && `got ${got}`].filter(Boolean)
    const message = [what, details.join(', ')].filter(Boolean).join(': ')
    super(where + message, cause === undefined ? undefined : { cause })
    this.code = code
    this.place = place
    this.got = got
    this.expected = expected
  }
}
