import type { Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { hasListeners, hasServers, isHttp } from './proxy-section.js'
import type { Finding, Rule } from './lint-rule.js'

/** Findings on how clients are taken in and waited for. */
export const lintClients: readonly Rule[] = [timeouts, idleClose, binds]

function timeouts(sections: readonly Section[]): Finding[] {
  return sections.flatMap(section => {
    const wanted = [
      ...(hasListeners(section) ? ['client'] : []),
      ...(hasListeners(section) && isHttp(section) ? ['http-request'] : []),
      ...(hasServers(section) ? ['connect', 'server'] : []),
    ]
    return wanted
      .filter(name => !findDirective(section, 'timeout', name))
      .map(name => ({
        code: 'missing-timeout' as const,
        line: section.line,
        message: `${section.kind} ${section.name} has no timeout ${name}: a silent client or server keeps its connection forever`,
        remedy: `add "timeout ${name} ${name === 'connect' ? '500ms' : '30s'}" here or in defaults`,
      }))
  })
}

function idleClose(sections: readonly Section[]): Finding[] {
  return sections
    .filter(section => hasListeners(section) && isHttp(section))
    .filter(section => !findDirective(section, 'option', 'idle-close-on-response'))
    .map(({ kind, name, line }) => ({
      code: 'missing-idle-close',
      line,
      message: `a reload cuts idle keep-alive connections of ${kind} ${name}, and with them requests on their way`,
      remedy: 'add "option idle-close-on-response"',
    }))
}

function binds(sections: readonly Section[]): Finding[] {
  const owners = new Map<string, Section>()
  const findings: Finding[] = []
  for (const section of sections.filter(hasListeners)) {
    for (const { line, words } of section.directives.filter(
      ({ words: [word] }) => word === 'bind',
    )) {
      for (const address of (words[1] ?? '').split(',').map(plainBind)) {
        const owner = owners.get(address)
        if (owner) {
          findings.push({
            code: 'clashing-bind',
            line,
            message: `${section.name} listens on ${address}, and so does ${owner.name} at line ${owner.line}: HAProxy gives each of them a part of the connections`,
            remedy: 'give each frontend an address and port of its own',
          })
        }
        owners.set(address, owner ?? section)
      }
    }
  }
  return findings
}

/** All addresses may be written in three ways. */
function plainBind(address: string): string {
  return address.replace(/^(?:ipv4@)?(?:\*|0\.0\.0\.0)?:/, '*:')
}
