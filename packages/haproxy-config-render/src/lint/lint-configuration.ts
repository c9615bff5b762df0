import { parseSections } from 'haproxy-config-text'
import { lintBackends } from './lint-backends.js'
import { lintClients } from './lint-clients.js'
import { lintGlobal } from './lint-global.js'
import { lintStickiness } from './lint-stickiness.js'
import type { Finding, LintOptions, Rule } from './lint-rule.js'

/**
 * Finds settings that HAProxy accepts and that lose requests or hinder changes;
 * see `LintCode`. Findings are in the order of their lines.
 */
export function lintConfiguration(text: string, options: LintOptions = {}): Finding[] {
  const sections = parseSections(text)
  return rules.flatMap(rule => rule(sections, options)).toSorted((a, b) => a.line - b.line)
}

const rules: readonly Rule[] = [...lintGlobal, ...lintClients, ...lintBackends, lintStickiness]
