import { readFile } from 'node:fs/promises'
import { runProgram } from 'haproxy-config-text/program'
import type { ReloadMethod, ReloadReport } from './master-reload.js'

/**
 * Reloads with a SIGUSR2 to HAProxy's master process. A signal has no result,
 * so the reloader waits for a new worker on the stats socket.
 *
 * @param master - its process id, or the file that holds it (HAProxy's `-p`)
 */
export function reloadViaSignal(
  master: { readonly pid: number } | { readonly pidFile: string },
): ReloadMethod {
  return async ({ signal }) => {
    try {
      const pid = 'pid' in master ? master.pid : await pidIn(master.pidFile, signal)
      // For 0 and less the signal would go to whole groups of processes.
      if (!Number.isInteger(pid) || pid < 2)
        return failed(`expected the id of a process, got ${pid}`)
      process.kill(pid, 'SIGUSR2')
      return sent
    } catch (error) {
      signal?.throwIfAborted()
      return failed((error as Error).message)
    }
  }
}

/**
 * Reloads through s6, which supervises HAProxy: `s6-svc -2` and the service
 * directory. As with {@link reloadViaSignal} there is no result.
 */
export function reloadViaS6({
  service,
  program = 's6-svc',
  timeoutMs = 10_000,
}: {
  /** Path of the service directory. */
  service: string
  /** Program to run. @defaultValue `s6-svc` */
  program?: string
  /** Time after which the program is killed, in milliseconds. @defaultValue 10,000 */
  timeoutMs?: number
}): ReloadMethod {
  return async ({ signal }) => {
    const { error, stderr } = await runProgram(program, ['-2', service], { timeoutMs, signal })
    if (!error) return sent
    if (error.code === 'ETIMEDOUT')
      return failed(`${error.message}; look at the supervisor of ${service}`)
    return failed(stderr.trim() || error.message)
  }
}

const sent: ReloadReport = { ok: true, report: '', workers: [] }

function failed(reason: string): ReloadReport {
  return { ok: false, report: `Cannot request a reload of HAProxy: ${reason}`, workers: [] }
}

async function pidIn(file: string, signal: AbortSignal | undefined): Promise<number> {
  return Number((await readFile(file, { encoding: 'utf8', ...(signal && { signal }) })).trim())
}
