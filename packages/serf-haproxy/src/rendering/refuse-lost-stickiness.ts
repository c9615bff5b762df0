import { lintConfiguration, type Rendered } from 'haproxy-config-render'
import { AgentError } from '../agent-error.js'

/**
 * Refuses a template whose `cookie` line names no server of a pool: HAProxy would
 * accept it, and no client would stay with its server.
 *
 * @param rendered - a rendering with a server in each pool
 *
 * @throws AgentError `configuration`, naming the template's line.
 */
export function refuseLostStickiness(rendered: Rendered): void {
  const { text, pools, sourceMap } = rendered
  const managed = pools.map(({ name }) => name)
  const findings = lintConfiguration(withoutOtherServers(rendered), { managed })
  const lost = findings.find(({ code }) => code === 'lost-stickiness')
  if (!lost) return
  const { template = '', templateLine = 0 } = sourceMap[lost.line - 1] ?? {}
  const got = text.split('\n')[lost.line - 1]?.trim()
  throw new AgentError(
    'configuration',
    `template: ${template}:${templateLine}: ${lost.message}: expected a cookie that names servers, got ${JSON.stringify(got)}; ${lost.remedy}`,
  )
}

/** Returns a text without the servers that the template itself has: a backup server may have no cookie. */
function withoutOtherServers({ text, lines }: Rendered): string {
  const managed = new Set(lines.map(({ line }) => line))
  return text
    .split('\n')
    .map((line, i) => (/^\s*server\s/.test(line) && !managed.has(i + 1) ? '' : line))
    .join('\n')
}
