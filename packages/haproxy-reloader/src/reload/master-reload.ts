import { createMasterClient } from 'haproxy-runtime'

/** What a reload came to. */
export interface ReloadReport {
  readonly ok: boolean
  /** What HAProxy said; may be empty. */
  readonly report: string
  /** Process ids of the workers that serve now; empty where they are not known. */
  readonly workers: readonly number[]
}

/** Who runs, as HAProxy's master says. */
export interface Processes {
  /** Process ids of the workers that take new connections. */
  readonly workers: readonly number[]
  /** Process ids of the workers that only finish their sessions. */
  readonly oldWorkers: readonly number[]
}

/** A way to make HAProxy load its file, and to know whether it did. */
export interface ReloadMethod {
  (options: { signal?: AbortSignal }): Promise<ReloadReport>
  /**
   * Asks who runs, where this way can tell; without it old workers are not
   * counted.
   */
  readonly processes?: (options: { signal?: AbortSignal }) => Promise<Processes>
}

/** Reloads through the socket that HAProxy's `-S` names; works on HAProxy 2.6 and later. */
export function reloadViaMaster({ socket }: { socket: string }): ReloadMethod {
  const master = createMasterClient({ socket })
  const reload: ReloadMethod = async ({ signal }) => {
    const { ok, report, processes } = await master.reload({ signal })
    return { ok, report, workers: processes.workers }
  }
  return Object.assign(reload, { processes: master.processes })
}
