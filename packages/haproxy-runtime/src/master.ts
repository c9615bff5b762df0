import { setTimeout as wait } from 'node:timers/promises'
import { HaproxyError } from './haproxy-error.js'
import { parseProcessTable, type ProcessTable } from './replies/process-table.js'
import { createExchange, type ExchangeOptions } from './socket/socket-exchange.js'

/** The result of a reload. */
export interface ReloadResult {
  /**
   * True if a new worker took over. Otherwise the old one continues, or HAProxy
   * exited during the reload and has no process any more.
   */
  readonly ok: boolean
  /** HAProxy's output at the start of the new worker; empty before 2.7, which does not report it. */
  readonly report: string
  /** Master and workers after the reload. */
  readonly processes: ProcessTable
}

/** The master CLI of a HAProxy that was started with `-W -S <socket>`. */
export interface MasterClient {
  /**
   * Reloads the configuration and waits for the result.
   *
   * @throws HaproxyError `unreachable`, `timeout`, `protocol` or `wrong-socket`.
   */
  reload(options?: ExchangeOptions): Promise<ReloadResult>
  /**
   * Returns the master and its workers, old ones included.
   *
   * @throws HaproxyError `unreachable`, `timeout`, `protocol` or `wrong-socket`.
   */
  processes(options?: ExchangeOptions): Promise<ProcessTable>
}

/** Largest reply of the master: its list of processes, or what a new worker printed. */
const maxReplyBytes = 4 * 1024 * 1024
const reloadTimeoutMs = 15_000
const reexecutionMs = 1000
const pollMs = 5
/** Longest time without a worker after the master has counted a reload. */
const workerlessMs = 2000

/**
 * Creates a client for the socket that HAProxy's `-S` names.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { createMasterClient } from 'haproxy-runtime'
 * import { startFakeHaproxy } from 'haproxy-runtime/fake-haproxy'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'haproxy-'))
 * const configFile = join(folder, 'haproxy.cfg')
 * const [runtimeSocket, masterSocket] = [join(folder, 'r.sock'), join(folder, 'm.sock')]
 * await writeFile(configFile, 'backend nodes\n')
 * const haproxy = await startFakeHaproxy({ runtimeSocket, masterSocket, configFile })
 * const { ok, processes } = await createMasterClient({ socket: masterSocket }).reload()
 * ok // => true
 * processes.workers.length // => 1
 * await haproxy.close()
 * await rm(folder, { recursive: true })
 * ```
 */
export function createMasterClient({ socket }: { socket: string }): MasterClient {
  const exchange = createExchange(socket, { maxReplyBytes })
  const query = async (options?: ExchangeOptions) => {
    const reply = await exchange('show proc\nquit\n', options)
    if (reply.startsWith('Unknown command')) throw statsSocket(socket)
    if (reply !== '') return parseProcessTable(reply)
    throw new HaproxyError('unreachable', `HAProxy's master closed ${socket} without a reply`)
  }
  const processes = (options?: ExchangeOptions) =>
    retryWhileReexecuting(() => query(options), reexecutionMs, options?.signal)

  return {
    processes,
    async reload({ timeoutMs = reloadTimeoutMs, signal } = {}) {
      const deadline = AbortSignal.timeout(timeoutMs)
      const limits = { timeoutMs, signal: signal ? AbortSignal.any([signal, deadline]) : deadline }
      try {
        const before = await processes(limits)
        const isLocal = isAlive(before.master.pid)
        const readProcesses = async () =>
          isLocal && !isAlive(before.master.pid) ? undefined : await query(limits)
        const reply = await exchange('reload\n', limits).catch(emptyIfReset)
        const after = await waitForReload(before, readProcesses, limits.signal)
        if (!after || after.workers.length === 0) return exited(after ?? noWorkers(before))
        const success = /^Success=([01])$/m.exec(reply)?.[1]
        const ok = success === undefined ? after.master.failed === 0 : success === '1'
        return {
          ok,
          report: reply.replace(/^Success=[01]\n(?:--\n)?/, '').trim(),
          processes: after,
        }
      } catch (error) {
        if (error !== deadline.reason) throw error
        throw new HaproxyError(
          'timeout',
          `HAProxy did not finish its reload within ${timeoutMs} ms`,
        )
      }
    },
  }
}

function statsSocket(socket: string): HaproxyError {
  return new HaproxyError(
    'wrong-socket',
    `${socket} is HAProxy's stats socket, which does not know \`show proc\`: ` +
      'use the path that HAProxy was started with after -S',
  )
}

/** Before HAProxy 2.7 the master replaces itself, which closes or resets the connection. */
function emptyIfReset(error: unknown): string {
  if (causeCode(error) === 'ECONNRESET') return ''
  throw error
}

/**
 * Waits until the master has counted the reload and has a worker. A worker that
 * exits at its start can take HAProxy down with it; then the result is undefined.
 */
async function waitForReload(
  before: ProcessTable,
  readProcesses: () => Promise<ProcessTable | undefined>,
  signal: AbortSignal,
): Promise<ProcessTable | undefined> {
  for (let workerlessSince: number | undefined; ;) {
    const now = await retryWhileReexecuting(readProcesses, Infinity, signal)
    if (!now) return undefined
    const isCounted = now.master.reloads !== before.master.reloads
    if (isCounted && now.workers.length > 0) return now
    if (isCounted) workerlessSince ??= performance.now()
    if (performance.now() - (workerlessSince ?? Infinity) > workerlessMs) return now
    await pause(signal)
  }
}

function exited(processes: ProcessTable): ReloadResult {
  const report =
    'HAProxy exited during the reload; see its log for why the new worker did not start'
  return { ok: false, report, processes }
}

function noWorkers({ master }: ProcessTable): ProcessTable {
  return { master, workers: [], oldWorkers: [] }
}

/** Returns whether this process exists here. A process in another namespace does not. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Repeats a query while the master re-executes itself, which it does at its
 * start and at each reload: for some 30 ms its socket refuses or resets
 * connections, or closes them without a reply.
 */
async function retryWhileReexecuting<T>(
  query: () => Promise<T>,
  maxMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + maxMs
  for (;;) {
    try {
      return await query()
    } catch (error) {
      const isReexecuting =
        error instanceof HaproxyError &&
        error.code === 'unreachable' &&
        causeCode(error) !== 'ENOENT'
      if (!isReexecuting || performance.now() > deadline) throw error
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
