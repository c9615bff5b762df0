import type { Section } from 'haproxy-config-text'
import { parseServerOptions, type Directive } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { lintServers } from './lint-servers.js'
import { hasServers, shownProxy } from './proxy-section.js'
import type { LintOptions, Rule, RuleFinding } from './lint-rule.js'

/** Findings on backends, some of them only where servers come and go. */
export const lintBackends: readonly Rule[] = [redispatch, cutRetries, managedBackends]

function redispatch(sections: readonly Section[]): RuleFinding[] {
  return sections
    .filter(section => hasServers(section) && !findDirective(section, 'option', 'redispatch'))
    .map(section => ({
      code: 'missing-redispatch',
      line: section.line,
      proxy: shownProxy(section),
      messageOn: proxies =>
        `in ${proxies} a request that was sent to a dead server is tried on the same server again`,
      remedy: 'add "option redispatch 1", in place of "no option redispatch" where there is one',
    }))
}

function cutRetries(sections: readonly Section[]): RuleFinding[] {
  return sections.flatMap(({ directives }) =>
    directives.filter(cutsSessions).map(({ line }) => ({
      code: 'cuts-retries' as const,
      line,
      message:
        'when a server goes down, requests that were about to be tried on another are cut too',
      remedy: 'leave out "on-marked-down shutdown-sessions"',
    })),
  )
}

/** Index of the first option of each kind of line. */
const optionsAt: Readonly<Record<string, number>> = {
  'default-server': 1,
  server: 3,
  'server-template': 4,
}

function cutsSessions({ words }: Directive): boolean {
  const at = optionsAt[words[0] ?? '']
  if (at === undefined) return false
  return parseServerOptions(words.slice(at)).some(
    ({ keyword, values: [value] }) => keyword === 'on-marked-down' && value === 'shutdown-sessions',
  )
}

function managedBackends(sections: readonly Section[], { managed }: LintOptions): RuleFinding[] {
  return sections
    .filter(section => hasServers(section) && (managed?.includes(section.name) ?? true))
    .flatMap(section => [...staticBalance(section), ...lintServers(section)])
}

const staticAlgorithm = /^(?:static-rr|source|uri|url_param|hdr\(|rdp-cookie|hash\b)/

function staticBalance(section: Section): RuleFinding[] {
  const balance = findDirective(section, 'balance')
  const algorithm = balance?.words[1] ?? 'roundrobin'
  const isConsistent = findDirective(section, 'hash-type')?.words[1] === 'consistent'
  if (!staticAlgorithm.test(algorithm) || (isConsistent && algorithm !== 'static-rr')) return []
  return [
    {
      code: 'static-balance',
      line: balance?.line ?? section.line,
      message: `balance ${algorithm} lets no server of ${section.name} come or go without a reload`,
      remedy: algorithm === 'static-rr' ? 'use "balance roundrobin"' : 'add "hash-type consistent"',
    },
  ]
}
