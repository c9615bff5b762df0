import {
  checkConfiguration,
  ConfigTextError,
  type CheckResult,
  type CheckSettings,
  type RunningHaproxy,
} from 'haproxy-config-text'
import { HaproxyError, type RuntimeClient } from 'haproxy-runtime'
import type { DesiredFile } from '../plan/desired-file.js'
import type { DesiredState } from '../plan/desired-state.js'
import type { Outcome } from '../plan/outcome.js'
import { ReloadError } from '../reload-error.js'

/** A check of a configuration's text, with the files that it names. */
export type CheckText = (
  text: string,
  options: {
    signal?: AbortSignal | undefined
    /** To be checked with these texts, whatever the disk has. */
    files?: readonly Pick<DesiredFile, 'path' | 'text'>[]
  },
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
 * @throws ReloadError `check-unavailable` if HAProxy cannot be run, or does not end in time.
 */
export async function findRejection(
  check: CheckText,
  { text, lines, files }: DesiredState,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  signal.throwIfAborted()
  // HAProxy might accept an empty text, and would then have no stats socket.
  if (text.trim() === '')
    return { kind: 'rejected', report: 'the configuration is empty; the running one stays' }
  const result = await checkOrUnavailable(check, text, { signal, ...(files && { files }) })
  if (result.ok) return undefined
  const { report, line } = result
  const server = lines?.find(managed => managed.line === line)?.server
  const file = files && lineInFile(report, files)
  return {
    kind: 'rejected',
    report,
    ...(line !== undefined && { line }),
    ...(server !== undefined && { server }),
    ...(file && { file }),
  }
}

/** Returns the first line of a named file that HAProxy reports. */
function lineInFile(
  report: string,
  files: readonly DesiredFile[],
): { readonly path: string; readonly line: number } | undefined {
  const paths = new Set(files.map(({ path }) => path))
  for (const [, line, path = ''] of report.matchAll(/\bat line (\d+) of file '([^'\n]*)'/g))
    if (paths.has(path)) return { path, line: Number(line) }
  return undefined
}

async function checkOrUnavailable(
  check: CheckText,
  text: string,
  options: Parameters<CheckText>[1],
): Promise<CheckResult> {
  try {
    return await check(text, options)
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error
    throw new ReloadError('check-unavailable', error.message, { cause: error.cause })
  }
}
