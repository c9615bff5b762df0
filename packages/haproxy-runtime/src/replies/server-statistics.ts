import { unreadableReply } from '../haproxy-error.js'

/** Activity of a server since this worker started. */
export interface ServerStatistics {
  readonly pool: string
  readonly name: string
  /** Active sessions. */
  readonly sessions: number
  /** Requests in this server's queue. */
  readonly queued: number
  /** Sessions so far. */
  readonly totalSessions: number
  /** Failed connections to the server. */
  readonly connectionErrors: number
  /** Responses that were missing, invalid or cut off. */
  readonly responseErrors: number
  /** Responses of the server with a 5xx status. */
  readonly serverErrors: number
  /** Result of its last health check, such as `L7OK`; empty before the first and without one. */
  readonly check: string
  /** Its status as HAProxy prints it: `UP`, `DOWN`, `MAINT`, `DRAIN`, `no check`, … */
  readonly status: string
}

/** Parses the servers in the reply to `show stat` (CSV; its header starts with `# `). */
export function parseStatistics(reply: string): ServerStatistics[] {
  const [header, ...rows] = reply.split('\n')
  if (!header?.startsWith('# pxname,svname,')) throw unreadableReply('show stat', reply, 'CSV')
  const columns = header.slice(2).split(',')
  return rows
    .filter(row => row !== '')
    .map(row => {
      const fields = row.split(',')
      const field = (column: string) => fields[columns.indexOf(column)] ?? ''
      return {
        pool: field('pxname'),
        name: field('svname'),
        sessions: Number(field('scur')),
        queued: Number(field('qcur')),
        totalSessions: Number(field('stot')),
        connectionErrors: Number(field('econ')),
        responseErrors: Number(field('eresp')),
        serverErrors: Number(field('hrsp_5xx')),
        check: lastCheck(field('check_status')),
        status: field('status'),
      }
    })
    .filter(({ name }) => name !== 'FRONTEND' && name !== 'BACKEND')
}

/** Returns the last result: `INI` is none yet, and `* L7OK` is the last while a check runs. */
function lastCheck(status: string): string {
  const result = status.replace(/^\* /, '')
  return result === 'INI' ? '' : result
}
