import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError } from './haproxy-error.js'
import { parseProcessTable, type ProcessTable } from './process-table.js'
import { exchange, type ExchangeOptions } from './socket-exchange.js'

/** How a reload ended. */
export interface ReloadResult {
  /** Whether a new worker took over; where not, the old one goes on. */
  readonly ok: boolean
  /** What HAProxy printed while it started; empty before HAProxy 2.7, which does not tell. */
  readonly report: string
  readonly processes: ProcessTable
}

/** The master CLI of a HAProxy that was started with `-W -S <socket>`. */
export interface Master {
  /**
   * Reloads the configuration and waits until the outcome is known.
   *
   * @throws HaproxyError `unreachable`, `timeout` or `protocol`.
   */
  reload(options?: ExchangeOptions): Promise<ReloadResult>
  /** Master and workers, old ones included. */
  processes(options?: ExchangeOptions): Promise<ProcessTable>
}

const reloadTimeoutMs = 15_000
const pollMs = 5

/** Speaks to the master process through the socket that its `-S` names. */
export function connectMaster({ socket }: { socket: string }): Master {
  const processes = async (options?: ExchangeOptions) =>
    parseProcessTable(await exchange(socket, 'show proc\nquit\n', options))

  return {
    processes,
    async reload({ timeoutMs = reloadTimeoutMs, signal } = {}) {
      const deadline = AbortSignal.timeout(timeoutMs)
      const limits = { timeoutMs, signal: signal ? AbortSignal.any([signal, deadline]) : deadline }
      try {
        const before = await processes(limits)
        const reply = await exchange(socket, 'reload\n', limits)
        const after = await reloaded(before, () => processes(limits), limits.signal)
        const success = /^Success=([01])$/m.exec(reply)?.[1]
        const ok = success === undefined ? after.master.failed === 0 : success === '1'
        return { ok, report: reply.replace(/^Success=[01]\n(?:--\n)?/, '').trim(), processes: after }
      } catch (error) {
        if (error !== deadline.reason) throw error
        throw new HaproxyError('timeout', `HAProxy did not end its reload within ${timeoutMs} ms`)
      }
    },
  }
}

/**
 * Waits until the master counts the reload. Meanwhile it executes itself anew
 * and its socket refuses connections or answers nothing for some 30 ms: that
 * is no failure.
 */
async function reloaded(
  before: ProcessTable,
  processes: () => Promise<ProcessTable>,
  signal: AbortSignal,
): Promise<ProcessTable> {
  for (;;) {
    try {
      const now = await processes()
      if (now.master.reloads !== before.master.reloads && now.workers.length > 0) return now
    } catch (error) {
      const isReexecuting =
        error instanceof HaproxyError && (error.code === 'unreachable' || error.code === 'protocol')
      if (!isReexecuting) throw error
    }
    await wait(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
