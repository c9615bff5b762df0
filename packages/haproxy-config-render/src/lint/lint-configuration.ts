import { configurationSections } from './configuration-sections.js'
import { lintBackends } from './lint-backends.js'
import { lintClients } from './lint-clients.js'
import { lintGlobal } from './lint-global.js'
import type { Finding, LintSurroundings, Rule } from './lint-rule.js'

/**
 * Looks for what HAProxy accepts and will regret: see `LintCode`.
 * Findings come in the order of their lines.
 */
export function lintConfiguration(text: string, surroundings: LintSurroundings = {}): Finding[] {
  const sections = configurationSections(text)
  return rules.flatMap(rule => rule(sections, surroundings)).toSorted((a, b) => a.line - b.line)
}

const rules: readonly Rule[] = [...lintGlobal, ...lintClients, ...lintBackends]
