/** The kind of a mistake. */
export type LintRule =
  | 'command-line'
  | 'cycle'
  | 'empty'
  | 'ignored'
  | 'kind'
  | 'line-ending'
  | 'missing'
  | 'name'
  | 'not-executable'
  | 'number'
  | 'pipeline'
  | 'readiness'
  | 'shebang'
  | 'signal'
  | 'syntax'
  | 'type'
  | 'unknown-file'
  | 'unknown-service'
  | 'unordered'
  | 'unstarted'

/** A mistake in a tree. */
export interface Finding {
  /** Kind of the mistake. */
  readonly rule: LintRule
  /** Name of the service, as the tree names it. */
  readonly service: string
  /** The file of the service, as a path below its folder. */
  readonly field: string
  /** The actual value or state, in words. */
  readonly found: string
  /** The expected value or state, in words. */
  readonly wanted: string
  /** True if the tree or this service cannot work; false if s6 accepts the mistake in silence. */
  readonly fatal: boolean
}

/** A finding in one line. */
export function findingText({ service, field, found, wanted, fatal }: Finding): string {
  const effect = fatal ? '' : ' (accepted in silence)'
  return `service ${service}, ${field}: expected ${wanted}, got ${found}${effect}`
}
