import { parseSections } from 'haproxy-config-text'
import { lintBackends } from './lint-backends.js'
import { lintClients } from './lint-clients.js'
import { lintGlobal } from './lint-global.js'
import type { Finding, LintOptions, Rule } from './lint-rule.js'

/**
 * Looks for what HAProxy accepts and will regret: see `LintCode`.
 * Findings come in the order of their lines.
 */
export function lintConfiguration(text: string, surroundings: LintOptions = {}): Finding[] {
  const sections = parseSections(text)
  return rules.flatMap(rule => rule(sections, surroundings)).toSorted((a, b) => a.line - b.line)
}

const rules: readonly Rule[] = [...lintGlobal, ...lintClients, ...lintBackends]
