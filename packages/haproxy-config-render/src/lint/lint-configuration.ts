import { parseSections } from 'haproxy-config-text'
import { isDisabled, possibleConfigurations } from 'haproxy-config-text/effective'
import { lintBackends } from './lint-backends.js'
import { lintBinds } from './lint-binds.js'
import { lintClients } from './lint-clients.js'
import { lintGlobal } from './lint-global.js'
import { lintHttp2Checks } from './lint-http2-checks.js'
import type { Finding, LintOptions, Rule, RuleFinding } from './lint-rule.js'
import { lintStickiness } from './lint-stickiness.js'
import { mergeFindings } from './merge-findings.js'

/**
 * Finds settings that HAProxy accepts and that lose requests or hinder changes;
 * see `LintCode`. Findings are in the order of their lines.
 *
 * Of a text with `.if` blocks, only what holds in each combination of branches
 * is found: nothing says which of them HAProxy will take.
 *
 * @example
 * ```ts
 * import { lintConfiguration } from 'haproxy-config-render'
 *
 * const findings = lintConfiguration('backend web\n  balance source\n')
 * findings.some(({ code }) => code === 'static-balance') // => true
 * ```
 */
export function lintConfiguration(text: string, options: LintOptions = {}): Finding[] {
  const [first = [], ...others] = possibleConfigurations(text).map(reading =>
    findingsOf(reading, options),
  )
  const certain = first.filter(finding =>
    others.every(findings => findings.some(other => isSame(finding, other))),
  )
  return mergeFindings(certain).toSorted((a, b) => a.line - b.line)
}

const rules: readonly Rule[] = [
  ...lintGlobal,
  ...lintClients,
  lintBinds,
  ...lintBackends,
  lintStickiness,
  lintHttp2Checks,
]

function findingsOf(text: string, options: LintOptions): RuleFinding[] {
  const sections = parseSections(text).filter(section => !isDisabled(section))
  return rules.flatMap(rule => rule(sections, options))
}

function isSame(one: RuleFinding, other: RuleFinding): boolean {
  return one.code === other.code && one.line === other.line && one.remedy === other.remedy
}
