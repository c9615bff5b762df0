import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError } from './haproxy-error.js'
import { parseProcessTable, type ProcessTable } from './replies/process-table.js'
import { exchanges, type ExchangeOptions } from './socket/socket-exchange.js'

/** How a reload ended. */
export interface ReloadResult {
  /**
   * Whether a new worker took over. Where not, the old one goes on, or HAProxy
   * ended over it and has no process any more.
   */
  readonly ok: boolean
  /** What HAProxy printed while it started; empty before HAProxy 2.7, which does not tell. */
  readonly report: string
  readonly processes: ProcessTable
}

/** The master CLI of a HAProxy that was started with `-W -S <socket>`. */
export interface MasterClient {
  /**
   * Reloads the configuration and waits until the outcome is known.
   *
   * @throws HaproxyError `unreachable`, `timeout` or `protocol`.
   */
  reload(options?: ExchangeOptions): Promise<ReloadResult>
  /**
   * Master and workers, old ones included.
   *
   * @throws HaproxyError `unreachable`, `timeout` or `protocol`.
   */
  processes(options?: ExchangeOptions): Promise<ProcessTable>
}

const reloadTimeoutMs = 15_000
const reexecutionMs = 1000
const pollMs = 5
/** How long a master that has counted a reload may be without a worker. */
const workerlessMs = 2000

/** Speaks to the master process through the socket that its `-S` names. */
export function createMasterClient({ socket }: { socket: string }): MasterClient {
  const exchange = exchanges(socket)
  const ask = async (options?: ExchangeOptions) => {
    const reply = await exchange('show proc\nquit\n', options)
    if (reply !== '') return parseProcessTable(reply)
    throw new HaproxyError('unreachable', `HAProxy's master closed ${socket} without an answer`)
  }
  const processes = (options?: ExchangeOptions) =>
    patiently(() => ask(options), reexecutionMs, options?.signal)

  return {
    processes,
    async reload({ timeoutMs = reloadTimeoutMs, signal } = {}) {
      const deadline = AbortSignal.timeout(timeoutMs)
      const limits = { timeoutMs, signal: signal ? AbortSignal.any([signal, deadline]) : deadline }
      try {
        const before = await processes(limits)
        const isWatched = isAlive(before.master.pid)
        const askWhoIsThere = async () =>
          isWatched && !isAlive(before.master.pid) ? undefined : await ask(limits)
        const reply = await exchange('reload\n', limits).catch(emptyWhereReset)
        const after = await reloaded(before, askWhoIsThere, limits.signal)
        if (!after || after.workers.length === 0) return ended(after ?? noProcess(before))
        const success = /^Success=([01])$/m.exec(reply)?.[1]
        const ok = success === undefined ? after.master.failed === 0 : success === '1'
        return {
          ok,
          report: reply.replace(/^Success=[01]\n(?:--\n)?/, '').trim(),
          processes: after,
        }
      } catch (error) {
        if (error !== deadline.reason) throw error
        throw new HaproxyError('timeout', `HAProxy did not end its reload within ${timeoutMs} ms`)
      }
    },
  }
}

/** Before HAProxy 2.7 the connection ends with the master's old self: it is closed, or reset. */
function emptyWhereReset(error: unknown): string {
  if (causeCode(error) === 'ECONNRESET') return ''
  throw error
}

/**
 * Waits until the master counts the reload and has a worker. A worker that
 * ends as it starts takes HAProxy down with it: then there is nobody to wait
 * for, and nothing to return.
 */
async function reloaded(
  before: ProcessTable,
  askWhoIsThere: () => Promise<ProcessTable | undefined>,
  signal: AbortSignal,
): Promise<ProcessTable | undefined> {
  for (let workerlessSince: number | undefined; ;) {
    const now = await patiently(askWhoIsThere, Infinity, signal)
    if (!now) return undefined
    const isCounted = now.master.reloads !== before.master.reloads
    if (isCounted && now.workers.length > 0) return now
    if (isCounted) workerlessSince ??= performance.now()
    if (performance.now() - (workerlessSince ?? Infinity) > workerlessMs) return now
    await pause(signal)
  }
}

function ended(processes: ProcessTable): ReloadResult {
  const report = 'HAProxy ended over the reload; its log tells why the new worker did not start'
  return { ok: false, report, processes }
}

function noProcess({ master }: ProcessTable): ProcessTable {
  return { master, workers: [], oldWorkers: [] }
}

/** Whether there is such a process here; one in another namespace is not. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Asks again while the master executes itself anew, which it does at its start
 * and at each reload: for some 30 ms its socket refuses or resets connections,
 * or closes them without an answer. Once it answers, it is through.
 */
async function patiently<T>(
  ask: () => Promise<T>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isReexecuting =
        error instanceof HaproxyError &&
        error.code === 'unreachable' &&
        causeCode(error) !== 'ENOENT'
      if (!isReexecuting || performance.now() > giveUpAt) throw error
    }
    await pause(signal)
  }
}

function pause(signal?: AbortSignal): Promise<void> {
  return wait(pollMs, undefined, { ...(signal && { signal }) }).catch(() =>
    signal?.throwIfAborted(),
  )
}

function causeCode(error: unknown): string | undefined {
  return error instanceof HaproxyError
    ? (error.cause as NodeJS.ErrnoException | undefined)?.code
    : undefined
}
