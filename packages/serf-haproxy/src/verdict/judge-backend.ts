import type { Section } from 'haproxy-config-text'
import { findDirective, isDisabled } from 'haproxy-config-text/effective'
import { memberOptions } from './member-options.js'
import { findNamedServer } from './names-elsewhere.js'
import { draftPool, type DividedServers } from './pool-draft.js'
import type { PoolRequest } from './pool-request.js'
import { serverLines, type ServerLine } from './server-line.js'
import { judgeStickiness } from './stickiness.js'
import type { Problem, Verdict } from './verdict.js'

/**
 * Judges a backend: members replace its servers, or it stays as it is with the
 * reason. Servers that are backups, disabled or sockets stay in any case.
 *
 * @param sections - all sections, which may name a server of this one
 */
export function judgeBackend(
  section: Section,
  sections: readonly Section[],
  request: PoolRequest | undefined,
): Verdict {
  const { name: backend, line } = section
  const kept = (problem: Problem): Verdict => ({ kind: 'kept', backend, line, problem })
  const before = findUnsuitable(section)
  if (before) return kept(before)
  const divided = divideServers(serverLines(section))
  if (!divided) return kept(withoutServers(section))
  const { chosen } = divided
  const names = new Set(chosen.map(({ name }) => name))
  const stickiness = judgeStickiness(section, chosen, sections)
  if ('problem' in stickiness) return kept(stickiness.problem)
  const problem = findNamedServer(section, names, sections)
  if (problem) return kept(problem)
  const options = memberOptions(section, chosen)
  if ('problem' in options) return kept(options.problem)
  const server = { ...options.server, ...(stickiness.isOfLines && { cookie: 'name' }) }
  const drafted = draftPool(section, divided, { server, request })
  if ('problem' in drafted) return kept(drafted.problem)
  const servers = chosen.map(each => each.line)
  const notes = [...drafted.notes, ...options.notes, ...stickiness.notes]
  return { kind: 'turned-over', backend, line, servers, pool: drafted.pool, notes }
}

function divideServers(servers: readonly ServerLine[]): DividedServers | undefined {
  const [first, ...others] = servers.filter(({ staysAs }) => staysAs === undefined)
  const staying = servers.filter(({ staysAs }) => staysAs !== undefined)
  return first && { chosen: [first, ...others], staying }
}

/** Finds what makes a backend unsuitable, whatever its servers are. */
function findUnsuitable(section: Section): Problem | undefined {
  const { line, name } = section
  if (isDisabled(section)) {
    const reason = `${name} is disabled, so it has no traffic`
    return { line, reason, remedy: 'enable it first, or leave it as it is' }
  }
  const template = findDirective(section, 'server-template')
  if (template && section.directives.includes(template)) {
    const reason = 'server-template makes its servers from DNS'
    const remedy = 'replace it by a `server` line, which shows the port and the options of a member'
    return { line: template.line, reason, remedy }
  }
  const mode = findDirective(section, 'mode')
  if (mode && !['http', 'tcp'].includes(mode.words[1] ?? '')) {
    const reason = `the agent has pools of mode http and tcp, and this one is of mode ${mode.words[1]}`
    return { line: mode.line, reason, remedy: 'leave it as it is' }
  }
  return undefined
}

function withoutServers({ directives, line }: Section): Problem {
  const server = directives.find(({ words: [keyword] }) => keyword === 'server')
  return {
    line: server?.line ?? line,
    reason: 'all of its servers are backups, disabled or sockets, and those stay as they are',
    remedy: 'leave it as it is',
  }
}
