import { checkConfiguration, ConfigTextError, type CheckResult } from 'haproxy-config-text'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import { ReloadError } from '../reload-error.js'

/** A check of a configuration's text. */
export type CheckText = (text: string, options: { signal?: AbortSignal }) => Promise<CheckResult>

/** Creates the default check: `haproxy -c`, with paths resolved as for the file itself. */
export function checkFor(configFile: string): CheckText {
  return (text, options) => checkConfiguration(text, { configFile, ...options })
}

/**
 * Checks a desired configuration.
 *
 * @returns the outcome `rejected`; undefined if the check accepts it
 * @throws ReloadError `check-unavailable` if HAProxy cannot be run.
 */
export async function findRejection(
  check: CheckText,
  { text, lines }: DesiredState,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  signal.throwIfAborted()
  // HAProxy might accept an empty text, and would then have no stats socket.
  if (text.trim() === '')
    return { kind: 'rejected', report: 'the configuration is empty; the running one stays' }
  const result = await checkOrUnavailable(check, text, signal)
  if (result.ok) return undefined
  const { report, line } = result
  const server = lines?.find(managed => managed.line === line)?.server
  return {
    kind: 'rejected',
    report,
    ...(line !== undefined && { line }),
    ...(server !== undefined && { server }),
  }
}

async function checkOrUnavailable(
  check: CheckText,
  text: string,
  signal: AbortSignal,
): Promise<CheckResult> {
  try {
    return await check(text, { signal })
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error
    throw new ReloadError('check-unavailable', error.message, { cause: error.cause })
  }
}
