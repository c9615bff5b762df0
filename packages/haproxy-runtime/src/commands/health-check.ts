import { parseServerOptions, splitWords } from 'haproxy-config-text'

/**
 * Returns whether a server's options turn its health check on. `agent-check`
 * is another kind of check, and the last of `check` and `no-check` counts.
 */
export function hasHealthCheck(options: string): boolean {
  // With thousands of servers, parsing all options would take longer than the rest of a plan.
  if (!options.includes('check')) return false
  const switches = parseServerOptions(splitWords(options)).filter(
    ({ keyword }) => keyword === 'check' || keyword === 'no-check',
  )
  return switches.at(-1)?.keyword === 'check'
}
