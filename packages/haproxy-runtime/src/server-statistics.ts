import { HaproxyError } from './haproxy-error.js'

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
        status: field('status'),
      }
    })
    .filter(({ name }) => name !== 'FRONTEND' && name !== 'BACKEND')
}
