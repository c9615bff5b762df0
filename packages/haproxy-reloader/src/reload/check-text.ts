import {
  checkConfiguration,
  ConfigTextError,
  type CheckResult,
  type CheckSettings,
  type RunningHaproxy,
} from 'haproxy-config-text'
import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import { ReloadError } from '../reload-error.js'

/** A check of a configuration's text. */
export type CheckText = (
  text: string,
  options: { signal?: AbortSignal | undefined },
) => Promise<CheckResult>

/**
 * Creates a check by `haproxy -c`. It has the other files, options, environment,
 * working folder and executable of the HAProxy that answers; while none does,
 * those of the last one. Settings replace what is found.
 */
export function createCheck({
  runtime,
  ...settings
}: CheckSettings & { readonly configFile: string; readonly runtime: RuntimeClient }): CheckText {
  let last: RunningHaproxy | undefined
  return async (text, options) => {
    const running = (await answeringProcess(runtime, options.signal)) ?? last
    const result = await checkConfiguration(text, { ...settings, ...options, running })
    last = result.running
    return result
  }
}

async function answeringProcess(
  runtime: RuntimeClient,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    return (await runtime.info({ ...(signal && { signal }) })).pid
  } catch (error) {
    if (error instanceof HaproxyError) return undefined
    throw error
  }
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
