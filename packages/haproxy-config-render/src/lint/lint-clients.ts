import type { Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { hasListeners, hasServers, isHttp, shownProxy } from './proxy-section.js'
import type { Rule, RuleFinding } from './lint-rule.js'
import { isZeroTime } from './zero-time.js'

/** Findings on how clients are accepted and waited for. */
export const lintClients: readonly Rule[] = [timeouts, idleClose]

function timeouts(sections: readonly Section[]): RuleFinding[] {
  return sections.flatMap(section => {
    const wanted = [
      ...(hasListeners(section) ? ['client'] : []),
      ...(hasListeners(section) && isHttp(section) ? ['http-request'] : []),
      ...(hasServers(section) ? ['connect', 'server'] : []),
    ]
    return wanted.filter(name => !hasTimeout(section, name)).map(name => noTimeout(section, name))
  })
}

function hasTimeout(section: Section, name: string): boolean {
  const found = findDirective(section, 'timeout', name)
  return found !== undefined && !isZeroTime(found.words[2])
}

function noTimeout(section: Section, name: string): RuleFinding {
  return {
    code: 'missing-timeout',
    line: section.line,
    proxy: shownProxy(section),
    messageOn: proxies =>
      `without a timeout ${name} in ${proxies} a silent client or server keeps its connection forever`,
    remedy: `add "timeout ${name} ${name === 'connect' ? '500ms' : '30s'}" here or in defaults`,
  }
}

function idleClose(sections: readonly Section[]): RuleFinding[] {
  return sections
    .filter(section => hasListeners(section) && isHttp(section))
    .filter(section => !findDirective(section, 'option', 'idle-close-on-response'))
    .map(section => ({
      code: 'missing-idle-close',
      line: section.line,
      proxy: shownProxy(section),
      messageOn: proxies =>
        `a reload cuts idle keep-alive connections of ${proxies}, and with them requests on their way`,
      remedy: 'add "option idle-close-on-response"',
    }))
}
