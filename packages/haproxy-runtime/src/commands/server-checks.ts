import { parseServerOptions, splitWords } from 'haproxy-config-text'

/**
 * Returns whether a server's options turn its health check on. `agent-check`
 * is another kind of check, and the last of `check` and `no-check` counts.
 *
 * @example
 * ```ts
 * import { hasHealthCheck } from 'haproxy-runtime'
 *
 * hasHealthCheck('check inter 1s') // => true
 * hasHealthCheck('agent-check agent-port 8081') // => false
 * ```
 */
export function hasHealthCheck(options: string): boolean {
  return isSwitchedOn(options, 'check', 'no-check')
}

/**
 * Returns whether a server's options turn its agent check on: the server's own
 * agent then sets its weight and state. The last of `agent-check` and
 * `no-agent-check` counts.
 *
 * @example
 * ```ts
 * import { hasAgentCheck } from 'haproxy-runtime'
 *
 * hasAgentCheck('agent-check agent-port 8081') // => true
 * hasAgentCheck('agent-check no-agent-check') // => false
 * ```
 */
export function hasAgentCheck(options: string): boolean {
  return isSwitchedOn(options, 'agent-check', 'no-agent-check')
}

/**
 * Returns whether a server starts in maintenance: the last of `disabled` and `enabled` counts.
 *
 * @example
 * ```ts
 * import { startsDisabled } from 'haproxy-runtime'
 *
 * startsDisabled('weight 10 disabled') // => true
 * startsDisabled('disabled enabled') // => false
 * ```
 */
export function startsDisabled(options: string): boolean {
  return isSwitchedOn(options, 'disabled', 'enabled')
}

function isSwitchedOn(options: string, on: string, off: string): boolean {
  // With thousands of servers, parsing all options would take longer than the rest of a plan.
  if (!options.includes(on)) return false
  const switches = parseServerOptions(splitWords(options)).filter(
    ({ keyword }) => keyword === on || keyword === off,
  )
  return switches.at(-1)?.keyword === on
}
