import { createMasterClient } from 'haproxy-runtime'

/** A way to make HAProxy load its file and to learn the result. */
export interface ReloadMethod {
  (options: { signal?: AbortSignal }): Promise<{
    readonly ok: boolean
    /** HAProxy's output; may be empty. */
    readonly report: string
    /** Process ids of the workers that serve now; empty if they are not known. */
    readonly workers: readonly number[]
  }>
  /**
   * Lists HAProxy's workers: those that take new connections, and the old ones
   * that only finish their sessions. Without it old workers are not counted.
   */
  readonly processes?: (options: { signal?: AbortSignal }) => Promise<{
    readonly workers: readonly number[]
    readonly oldWorkers: readonly number[]
  }>
}

/** The result of a {@link ReloadMethod}. */
export type ReloadReport = Awaited<ReturnType<ReloadMethod>>

/** Reloads through the socket that HAProxy's `-S` names; works on HAProxy 2.6 and later. */
export function reloadViaMaster({ socket }: { socket: string }): ReloadMethod {
  const master = createMasterClient({ socket })
  const reload: ReloadMethod = async ({ signal }) => {
    const { ok, report, processes } = await master.reload({ signal })
    return { ok, report, workers: processes.workers }
  }
  return Object.assign(reload, { processes: master.processes })
}
