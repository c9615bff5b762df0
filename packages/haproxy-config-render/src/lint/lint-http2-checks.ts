import type { Section, ServerOption } from 'haproxy-config-text'
import { effectiveServerOptions, findDirective } from 'haproxy-config-text/effective'
import type { RuleFinding } from './lint-rule.js'
import { hasServers, isHttp } from './proxy-section.js'

/**
 * Finds HTTP checks that fail on servers with HTTP/2, so that the servers are
 * down (tried on HAProxy 2.6 and 3.0): ALPN of the traffic also holds for the
 * check, which speaks HTTP/1 unless `check-alpn` or `check-proto` says otherwise;
 * and an HTTP/2 request needs the Host that a check with HTTP/1.0 has not.
 */
export function lintHttp2Checks(sections: readonly Section[]): RuleFinding[] {
  return sections
    .filter(section => hasServers(section) && isHttp(section))
    .filter(section => findDirective(section, 'option', 'httpchk'))
    .flatMap(section => {
      const findings = section.directives
        .filter(({ words: [keyword] }) => keyword === 'server')
        .flatMap(({ line, words }) => {
          const remedy = remedyOf(section, effectiveServerOptions(section, { line, words }))
          return remedy === undefined ? [] : { line, remedy, server: words[1] ?? '' }
        })
      const [first] = findings
      if (!first) return []
      const { line, remedy, server } = first
      const message = `the health check of ${server} of ${section.name} fails, so it gets no request`
      return [{ code: 'failing-check' as const, line, message, remedy }]
    })
}

function remedyOf(section: Section, options: readonly ServerOption[]): string | undefined {
  const valueOf = (word: string) => options.find(({ keyword }) => keyword === word)?.values[0]
  const has = (word: string) => options.some(({ keyword }) => keyword === word)
  // A check of another port or address has its own transport.
  if (!has('check') || has('port') || has('addr')) return undefined
  const [alpn, checkAlpn] = [valueOf('alpn'), valueOf('check-alpn')]
  const proto = valueOf('check-proto') ?? valueOf('proto')
  if (has('ssl') && offersHttp2(alpn) && checkAlpn === undefined && proto === undefined)
    return `add "check-alpn ${/http\/1\.1/.test(alpn ?? '') ? 'http/1.1' : 'h2'}" to the line`
  if (proto !== 'h2' && !offersHttp2(checkAlpn)) return undefined
  return hasHost(section)
    ? undefined
    : 'add "http-check send meth GET uri / ver HTTP/1.1 hdr Host NAME", or set healthCheckHost in the pool'
}

function offersHttp2(alpn = ''): boolean {
  return alpn.split(',').includes('h2')
}

/** Returns whether the request of a backend's check is HTTP/1.1 or later, which has a Host. */
function hasHost(section: Section): boolean {
  const request = findDirective(section, 'option', 'httpchk')?.words.slice(2) ?? []
  const sends = findDirective(section, 'http-check', 'send')?.words ?? []
  return [...request, ...sends].some(word => /^HTTP\/(?:1\.1|2)/.test(word))
}
