import { execFile } from 'node:child_process'
import { ReloadError } from './reload-error.js'

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
export function checkConfiguration(
  file: string,
  { binary = 'haproxy', signal }: { binary?: string; signal?: AbortSignal | undefined } = {},
): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    execFile(binary, ['-c', '-f', file], { ...(signal && { signal }) }, (error, stdout, stderr) => {
      if (!error) {
        resolve({ ok: true })
      } else if (typeof error.code === 'number') {
        const report = `${stderr}${stdout}`.trim()
        const line = /\[[^\]\n]*:(\d+)\]/.exec(report)?.[1]
        resolve({ ok: false, report, line: line === undefined ? undefined : Number(line) })
      } else if (signal?.aborted) {
        reject(error)
      } else {
        const message = `The configuration cannot be checked: running ${binary} failed: ${error.message}`
        reject(new ReloadError('check-unavailable', message, { cause: error }))
      }
    })
  })
}
