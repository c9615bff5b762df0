import { ReloadError } from '../reload-error.js'
import { runProgram } from '../run-program.js'

/** What HAProxy says of a configuration. */
export type CheckResult =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly report: string
      /** Line that the first complaint is about, from 1, where it names one. */
      readonly line: number | undefined
    }

/**
 * Has HAProxy itself check a configuration file (`haproxy -c`).
 *
 * @throws ReloadError `check-unavailable` where the binary cannot be run.
 */
export async function checkConfiguration(
  file: string,
  { binary = 'haproxy', signal }: { binary?: string; signal?: AbortSignal | undefined } = {},
): Promise<CheckResult> {
  const { error, stdout, stderr } = await runProgram(binary, ['-c', '-f', file], signal)
  if (!error) return { ok: true }
  if (typeof error.code === 'number') {
    const report = `${stderr}${stdout}`.trim()
    const line = /\[[^\]\n]*:(\d+)\]/.exec(report)?.[1]
    return { ok: false, report, line: line === undefined ? undefined : Number(line) }
  }
  if (signal?.aborted) throw error
  const isMissing = (error.code as unknown) === 'ENOENT'
  const reason = isMissing
    ? `found no program ${binary}, wanted HAProxy's (Debian: apt-get install haproxy) or the path of its binary`
    : `running ${binary} failed: ${error.message}`
  const message = `The configuration cannot be checked: ${reason}`
  throw new ReloadError('check-unavailable', message, { cause: error })
}
