import { HaproxyError } from '../haproxy-error.js'

/** What a server is doing and has done, since this worker started. */
export interface ServerStatistics {
  readonly pool: string
  readonly name: string
  /** Sessions under way. */
  readonly sessions: number
  /** Requests that wait for this server. */
  readonly queued: number
  /** Sessions in all. */
  readonly totalSessions: number
  /** Connections to it that could not be made. */
  readonly connectionErrors: number
  /** Answers that broke off, or were none. */
  readonly responseErrors: number
  /** Answers of its own with a status from 500 on. */
  readonly serverErrors: number
  /** What its last health check found, such as `L7OK`; empty where none has ended, or none is made. */
  readonly check: string
  /** HAProxy's word for its state: `UP`, `DOWN`, `MAINT`, `DRAIN`, `no check`, … */
  readonly status: string
}

/** Reads the servers in the reply to `show stat` (CSV, header behind `# `). */
export function parseStatistics(reply: string): ServerStatistics[] {
  const [header, ...rows] = reply.split('\n')
  if (!header?.startsWith('# pxname,svname,')) {
    const found = JSON.stringify(reply.slice(0, 100))
    throw new HaproxyError(
      'protocol',
      `The reply to show stat cannot be read: found ${found}, wanted CSV`,
    )
  }
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

/** `INI` is no finding yet, and `* L7OK` is the last one while the next check is under way. */
function lastCheck(status: string): string {
  const finding = status.replace(/^\* /, '')
  return finding === 'INI' ? '' : finding
}
