import type { Section } from 'haproxy-config-text'

/** Every kind of finding; the package's README has a table of them. */
export type LintCode =
  | 'missing-timeout'
  | 'missing-idle-close'
  | 'missing-redispatch'
  | 'missing-hard-stop'
  | 'missing-admin-socket'
  | 'static-balance'
  | 'default-server'
  | 'unchecked-server'
  | 'cuts-retries'
  | 'clashing-bind'
  | 'too-many-connections'

/** Something in a configuration that HAProxy accepts and that loses requests or hinders changes. */
export interface Finding {
  readonly code: LintCode
  /** Line of the configuration, from 1. */
  readonly line: number
  readonly message: string
  /** What to write or change. */
  readonly remedy: string
}

/** What the lint knows beside the text. */
export interface LintOptions {
  /** Backends whose servers come and go; all that are there where none are named. */
  readonly managed?: readonly string[]
  /** How many files HAProxy may have open, `ulimit -n`; not looked at where it is not known. */
  readonly openFiles?: number
}

/** Looks for some kinds of finding. */
export type Rule = (sections: readonly Section[], surroundings: LintOptions) => Finding[]
