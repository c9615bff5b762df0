import { unreadableReply } from '../haproxy-error.js'
import { columnsOf, linesOf } from '../reply-lines.js'

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

/** The column `type` of a row. Names say nothing: a server may be called `BACKEND`. */
const backendType = '1'
const serverType = '2'

type Row = (column: string) => string

/** Parses the servers in the reply to `show stat` (CSV; its header starts with `# `). */
export function parseStatistics(reply: string): ServerStatistics[] {
  return mapRows(reply, serverType, field => ({
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
  }))
}

/** Parses the ids of the backends in the reply to `show stat`, by name. */
export function parseBackendIds(reply: string): ReadonlyMap<string, string> {
  return new Map(mapRows(reply, backendType, field => [field('pxname'), field('iid')]))
}

/** Parses the rows of a type one by one: the fields of all at once would take much memory. */
function mapRows<T>(reply: string, type: string, parse: (field: Row) => T): T[] {
  const [header = '', ...rows] = linesOf('show stat', reply)
  const columns = columnsOf('show stat', header, ',')
  if (!header.startsWith('# pxname,svname,') || !columns.has('type')) {
    throw unreadableReply('show stat', reply, 'CSV with pxname, svname and type')
  }
  return rows.flatMap(row => {
    // Fields in quotes, which may contain commas, come behind all columns that are read here.
    const fields = row.split(',', columns.size)
    const field = (column: string) => fields[columns.get(column) ?? -1] ?? ''
    return field('type') === type ? [parse(field)] : []
  })
}

/** Returns the last result: `INI` is none yet, and `* L7OK` is the last while a check runs. */
function lastCheck(status: string): string {
  const result = status.replace(/^\* /, '')
  return result === 'INI' ? '' : result
}
