import type { Section } from 'haproxy-config-text'

/** Every kind of finding; the package's README has a table of them. */
export type LintCode =
  | 'missing-timeout'
  | 'missing-idle-close'
  | 'missing-redispatch'
  | 'missing-hard-stop'
  | 'missing-admin-socket'
  | 'static-balance'
  | 'lost-stickiness'
  | 'unchecked-server'
  | 'failing-check'
  | 'cuts-retries'
  | 'clashing-bind'
  | 'too-many-connections'
  | 'outside-section'
  | 'missing-newline'

/**
 * The weight of a finding: `error` is certainly wrong, `warning` loses requests
 * in some event, and `info` makes changes more expensive.
 */
export type LintLevel = 'error' | 'warning' | 'info'

/** Something in a configuration that HAProxy accepts and that loses requests or hinders changes. */
export interface Finding {
  /** Kind of the finding. */
  readonly code: LintCode
  /** Weight of the finding. */
  readonly level: LintLevel
  /** Line of the configuration, from 1. */
  readonly line: number
  /** Problem in words, on one line, without the remedy. */
  readonly message: string
  /** The change that resolves it. */
  readonly remedy: string
}

/** A finding on one proxy that others may share; findings with one code and remedy are reported as one. */
export interface SharedFinding extends Omit<Finding, 'message' | 'level'> {
  /** The proxy that it is about, such as `backend web`. */
  readonly proxy: string
  /** Returns the message for a list of proxies. */
  readonly messageOn: (proxies: string) => string
}

/** A finding of a rule, before findings of the same kind are merged and have their level. */
export type RuleFinding = Omit<Finding, 'level'> | SharedFinding

/** Facts that the text does not hold. */
export interface LintOptions {
  /** Backends with servers that come and go. @defaultValue all backends */
  readonly managed?: readonly string[]
  /** Open files that HAProxy is allowed (`ulimit -n`). @defaultValue `maxconn` is not checked */
  readonly openFiles?: number
  /** Formats the place of a line in a message. @defaultValue `line N` */
  readonly placeOf?: (line: number) => string
}

/** Returns the findings of some kinds in one reading of a configuration, without disabled proxies. */
export type Rule = (sections: readonly Section[], options: LintOptions) => RuleFinding[]
