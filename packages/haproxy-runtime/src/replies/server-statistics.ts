import { unreadableReply } from '../haproxy-error.js'
import { columnsOf, linesIn, type Line } from '../reply-lines.js'

/** Activity of a server since this worker started. */
export interface ServerStatistics {
  /** Name of its backend. */
  readonly pool: string
  /** Name of the server, unique in its backend. */
  readonly name: string
  /** Its present weight, which grows during a slow start; a server of weight 0 gets no new client. */
  readonly weight: number
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
  /** Average response time of the last 1,024 requests, in milliseconds; 0 before the first. */
  readonly responseMs: number
  /** Result of its last health check, such as `L7OK`; empty before the first and without one. */
  readonly check: string
  /** Its status as HAProxy prints it: `UP`, `DOWN`, `MAINT`, `DRAIN`, `no check`, … */
  readonly status: string
}

/** The column `type` of a row. Names say nothing: a server may be called `BACKEND`. */
const backendType = '1'
const serverType = '2'

/** Columns that are read. Quoted fields, which may contain commas, come before `rtime`. */
const readColumns = [
  'pxname',
  'svname',
  'qcur',
  'scur',
  'stot',
  'econ',
  'eresp',
  'status',
  'weight',
  'iid',
  'type',
  'check_status',
  'hrsp_5xx',
  'rtime',
] as const

type Column = (typeof readColumns)[number]
type Row = (column: Column) => string

/** Parses the servers in the reply to `show stat` (CSV; its header starts with `# `). */
export function parseStatistics(reply: string): ServerStatistics[] {
  const strings = new Strings()
  return mapRows(reply, serverType, field => ({
    pool: strings.shared(field('pxname')),
    name: own(field('svname')),
    weight: Number(field('weight')),
    sessions: Number(field('scur')),
    queued: Number(field('qcur')),
    totalSessions: Number(field('stot')),
    connectionErrors: Number(field('econ')),
    responseErrors: Number(field('eresp')),
    serverErrors: Number(field('hrsp_5xx')),
    responseMs: Number(field('rtime')),
    check: lastCheck(strings.shared(field('check_status'))),
    status: strings.shared(field('status')),
  }))
}

/** Parses the ids of the backends in the reply to `show stat`, by name. */
export function parseBackendIds(reply: string): ReadonlyMap<string, string> {
  return new Map(mapRows(reply, backendType, field => [own(field('pxname')), field('iid')]))
}

/**
 * Parses the rows of a type one by one. Only the columns that are read are cut out:
 * a row has some hundred others.
 */
function mapRows<T>(reply: string, type: string, parse: (field: Row) => T): T[] {
  const lines = linesIn('show stat', reply)
  const header = lines.next().value ?? { start: 0, end: 0 }
  const cells = new Cells(reply, reply.slice(header.start, header.end))
  const rows: T[] = []
  for (const line of lines) {
    cells.moveTo(line)
    if (cells.field('type') === type) rows.push(parse(cells.field))
  }
  return rows
}

const comma = ','.charCodeAt(0)
const quote = '"'.charCodeAt(0)

/** The fields of one row of a reply at a time. */
class Cells {
  readonly #reply: string
  readonly #columns: ReadonlyMap<string, number>
  /** Start of each column of the row, and of one more behind the last. */
  readonly #starts: Int32Array
  #count = 0

  constructor(reply: string, header: string) {
    const columns = columnsOf('show stat', header, ',')
    if (!header.startsWith('# pxname,svname,') || !columns.has('type')) {
      throw unreadableReply('show stat', reply, 'CSV with pxname, svname and type')
    }
    this.#reply = reply
    this.#columns = columns
    const last = Math.max(...readColumns.map(name => columns.get(name) ?? 0))
    this.#starts = new Int32Array(last + 2)
  }

  /** Finds the fields of another row. */
  moveTo({ start, end }: Line): void {
    const starts = this.#starts
    const reply = this.#reply
    let count = 0
    starts[0] = start
    // A quote in a quoted field is doubled, so it ends the field and begins it again.
    let isQuoted = false
    for (let at = start; at < end && count + 1 < starts.length; at++) {
      const code = reply.charCodeAt(at)
      if (code === quote) isQuoted = !isQuoted
      else if (code === comma && !isQuoted) starts[++count] = at + 1
    }
    if (count + 1 < starts.length) starts[++count] = end + 1
    this.#count = count
  }

  readonly field: Row = name => {
    const column = this.#columns.get(name) ?? this.#count
    if (column >= this.#count) return ''
    const starts = this.#starts
    return this.#reply.slice(starts[column], (starts[column + 1] ?? 0) - 1)
  }
}

/** Strings that many rows have: each is kept once. */
class Strings {
  readonly #kept = new Map<string, string>()

  shared(text: string): string {
    const known = this.#kept.get(text)
    if (known !== undefined) return known
    const kept = own(text)
    this.#kept.set(kept, kept)
    return kept
  }
}

/** Longest part of a string that V8 copies; a longer part keeps the whole reply in memory. */
const longestCopied = 12

/** Returns the text without the reply that it is a part of. */
function own(text: string): string {
  return text.length > longestCopied ? Buffer.from(text).toString() : text
}

/** Returns the last result: `INI` is none yet, and `* L7OK` is the last while a check runs. */
function lastCheck(status: string): string {
  const result = status.startsWith('* ') ? status.slice(2) : status
  return result === 'INI' ? '' : result
}
