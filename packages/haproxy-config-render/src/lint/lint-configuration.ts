import { configurationSections, type Section } from './configuration-sections.js'
import { lintBackends } from './lint-backends.js'
import { lintClients } from './lint-clients.js'
import { lintGlobal } from './lint-global.js'

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
export interface LintSurroundings {
  /** Backends whose servers come and go; all that are there where none are named. */
  readonly managed?: readonly string[]
  /** How many files HAProxy may have open, `ulimit -n`; not looked at where it is not known. */
  readonly openFiles?: number
}

/** Looks for some kinds of finding. */
export type Rule = (sections: readonly Section[], surroundings: LintSurroundings) => Finding[]

/**
 * Looks for what HAProxy accepts and will regret: see {@link LintCode}.
 * Findings come in the order of their lines.
 */
export function lintConfiguration(text: string, surroundings: LintSurroundings = {}): Finding[] {
  const sections = configurationSections(text)
  return rules.flatMap(rule => rule(sections, surroundings)).toSorted((a, b) => a.line - b.line)
}

const rules: readonly Rule[] = [...lintGlobal, ...lintClients, ...lintBackends]
