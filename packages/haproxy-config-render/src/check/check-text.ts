import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RenderError } from '../render-error.js'
import type { Check } from './render-accepted.js'

/** Where the configuration lies is no news to who wrote the template. */
const fileName = 'haproxy.cfg'

/**
 * A check that runs `haproxy -c`, with the text in a folder of its own that
 * goes afterwards.
 *
 * @throws RenderError `check-unavailable` where there is no such program.
 */
export function checkWith(program: string): Check {
  return (text, { signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'haproxy-config-render-'))
    const file = join(folder, fileName)
    return new Promise<Awaited<ReturnType<Check>>>((resolve, reject) => {
      writeFileSync(file, text, { mode: 0o600 })
      const args = ['-c', '-f', file]
      execFile(program, args, { ...(signal && { signal }) }, (error, stdout, stderr) => {
        if (!error) resolve({ ok: true })
        else if (typeof error.code === 'number') {
          resolve({ ok: false, report: `${stderr}${stdout}`.replaceAll(`${folder}/`, '').trim() })
        } else if (error.code === 'ENOENT') {
          const what = `${program} is not on the PATH, wanted for --check`
          const message = `${what}; install it, as in: apt-get install haproxy`
          reject(new RenderError('check-unavailable', message, { cause: error }))
        } else reject(error)
      })
    }).finally(() => rmSync(folder, { recursive: true }))
  }
}
