import { connectMaster } from 'haproxy-runtime'

/** What a reload came to. */
export interface ReloadReport {
  readonly ok: boolean
  /** What HAProxy said; may be empty. */
  readonly report: string
  /** Process ids of the workers that serve now; empty where they are not known. */
  readonly workers: readonly number[]
}

/** A way to make HAProxy load its file, and to know whether it did. */
export type ReloadMethod = (options: { signal?: AbortSignal }) => Promise<ReloadReport>

/** Reloads through the socket that HAProxy's `-S` names; works on HAProxy 2.6 and later. */
export function masterReload({ socket }: { socket: string }): ReloadMethod {
  const master = connectMaster({ socket })
  return async ({ signal }) => {
    const { ok, report, processes } = await master.reload({ signal })
    return { ok, report, workers: processes.workers }
  }
}
