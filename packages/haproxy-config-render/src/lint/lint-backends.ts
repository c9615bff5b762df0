import { parseServerOptions, type Section, type ServerOption } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { hasServers } from './proxy-section.js'
import type { Finding, LintOptions, Rule } from './lint-rule.js'

/** Findings on backends, some of them only where servers come and go. */
export const lintBackends: readonly Rule[] = [redispatch, cutRetries, managedBackends]

function redispatch(sections: readonly Section[]): Finding[] {
  return sections
    .filter(section => hasServers(section) && !findDirective(section, 'option', 'redispatch'))
    .map(({ kind, name, line }) => ({
      code: 'missing-redispatch',
      line,
      message: `a request that meets a dead server of ${kind} ${name} is tried on the same server again`,
      remedy: 'add "option redispatch 1"',
    }))
}

function cutRetries(sections: readonly Section[]): Finding[] {
  return sections.flatMap(({ directives }) =>
    directives
      .filter(({ words }) =>
        optionsOf(words).some(
          ({ keyword, values: [value] }) =>
            keyword === 'on-marked-down' && value === 'shutdown-sessions',
        ),
      )
      .map(({ line }) => ({
        code: 'cuts-retries' as const,
        line,
        message:
          'when a server goes down, requests that were about to be tried on another are cut too',
        remedy: 'leave out "on-marked-down shutdown-sessions"',
      })),
  )
}

function managedBackends(sections: readonly Section[], { managed }: LintOptions): Finding[] {
  return sections
    .filter(section => hasServers(section) && (managed?.includes(section.name) ?? true))
    .flatMap(section => [
      ...staticBalance(section),
      ...defaultServer(section),
      ...uncheckedServers(section),
    ])
}

const staticAlgorithm = /^(?:static-rr|source|uri|url_param|hdr\(|rdp-cookie|hash\b)/

function staticBalance(section: Section): Finding[] {
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

function defaultServer(section: Section): Finding[] {
  const found = findDirective(section, 'default-server')
  if (!found) return []
  return [
    {
      code: 'default-server',
      line: found.line,
      message: `a server that is added to ${section.name} at run time ignores default-server`,
      remedy: 'write its words on each server line',
    },
  ]
}

function uncheckedServers({ name, directives }: Section): Finding[] {
  return directives
    .filter(({ words }) => words[0] === 'server' && !optionsOf(words).some(isCheck))
    .map(({ line, words }) => ({
      code: 'unchecked-server',
      line,
      message: `server ${words[1]} of ${name} is not checked: a dead one keeps its share of the requests`,
      remedy: 'add "check" to the line',
    }))
}

const isCheck = ({ keyword }: ServerOption): boolean => keyword === 'check'

/** The options of a server or default-server line; none of another line. */
function optionsOf([keyword, ...words]: readonly string[]): ServerOption[] {
  if (keyword === 'server') return parseServerOptions(words.slice(2))
  return keyword === 'default-server' ? parseServerOptions(words) : []
}
