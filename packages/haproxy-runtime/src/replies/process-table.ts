import { unreadableReply } from '../haproxy-error.js'

/** The processes of one HAProxy in master-worker mode. */
export interface ProcessTable {
  /** The master process. */
  readonly master: {
    /** Process id of the master. */
    readonly pid: number
    /** Reloads that were requested, failed ones included. */
    readonly reloads: number
    /** Reloads that failed since the last successful one. */
    readonly failed: number
  }
  /** Process ids of the workers that take new connections. */
  readonly workers: readonly number[]
  /** Process ids of the old workers, which only finish their sessions. */
  readonly oldWorkers: readonly number[]
}

/** Parses the reply to `show proc` of the master CLI. */
export function parseProcessTable(reply: string): ProcessTable {
  const masterRow = /^(\d+)\s+master\s+(\d+)(?: \[failed: (\d+)\])?/m.exec(reply)
  if (!masterRow) throw unreadableReply('show proc', reply)
  const [, pid, reloads, failed] = masterRow
  const [, current = '', old = ''] =
    /^# workers$([\s\S]*?)(?:^# old workers$([\s\S]*?))?(?:^# programs$|$(?![\s\S]))/m.exec(
      reply,
    ) ?? []
  return {
    master: { pid: Number(pid), reloads: Number(reloads), failed: Number(failed ?? 0) },
    workers: workerPids(current),
    oldWorkers: workerPids(old),
  }
}

function workerPids(section: string): number[] {
  return [...section.matchAll(/^(\d+)\s+worker\s/gm)].map(([, pid]) => Number(pid))
}
