import { unreadableReply } from '../haproxy-error.js'
import { columnsOf, linesOf, maxRows } from '../reply-lines.js'
import type { ServerIds } from './server-ids.js'

/** A server in the running HAProxy. */
export interface RunningServer {
  /** Name of its backend. */
  readonly pool: string
  /** Name of the server, unique in its backend. */
  readonly name: string
  /** Address to which HAProxy connects. */
  readonly address: string
  /** Port to which HAProxy connects. */
  readonly port: number
  /** 0 to 256; 0 drains. */
  readonly weight: number
  /** The administrative state. */
  readonly admin: 'ready' | 'drain' | 'maint'
  /** The health that HAProxy's own checks and observations found. */
  readonly health: 'up' | 'down'
  /** Successful health checks in a row, up to the number that it needs; 0 after one that failed while it is down. */
  readonly passedChecks: number
  /**
   * The result of its last health check, `none` before the first one: a server
   * that is new, or whose worker is new, is up until its check finds otherwise.
   */
  readonly lastCheck: 'passed' | 'failed' | 'none'
  /** True if its health check is on. */
  readonly checked: boolean
  /** True if its agent check is on: its agent may set its weight and state. */
  readonly agentChecked: boolean
  /** The weight that its line gives it; `weight` is the present one. */
  readonly initialWeight: number
  /** The port of its checks; 0 without one of its own. */
  readonly checkPort: number
  /** True if HAProxy connects to it by TLS. */
  readonly usesTls: boolean
}

/** Bits of `srv_admin_state`: include/haproxy/server-t.h, SRV_ADMF_*. */
const maintenanceBits = 0x01 | 0x02 | 0x04 | 0x20 | 0x40
const drainBits = 0x08 | 0x10
/** Bit of `srv_check_state` and of `srv_agent_state`: include/haproxy/check-t.h, CHK_ST_ENABLED. */
const checkEnabledBit = 0x04
/** Values of `srv_check_status` that are a success: L4OK, L6OK, L7OK and PROCOK of include/haproxy/check-t.h. */
const passedStatuses: ReadonlySet<string> = new Set(['6', '9', '15', '20'])

/** `srv_check_status` of a server without a check's result: include/haproxy/check-t.h, HCHK_STATUS_INI. */
const initialStatus = 1

const neededColumns = [
  'be_name',
  'srv_name',
  'srv_addr',
  'srv_port',
  'srv_op_state',
  'srv_admin_state',
  'srv_uweight',
  'srv_iweight',
  'srv_check_status',
  'srv_check_health',
  'srv_check_state',
  'srv_agent_state',
  'srv_use_ssl',
  'srv_check_port',
]

const command = 'show servers state'

/**
 * Parses the reply to `show servers state`, format version 1, with at most
 * `most` servers. It adds their ids to `ids`.
 */
export function parseServersState(
  reply: string,
  { most = maxRows, ids }: { readonly most?: number; readonly ids?: ServerIds } = {},
): RunningServer[] {
  const [version, header = '', ...rows] = linesOf(command, reply, most)
  const columns = columnsOf(command, header, ' ')
  const missing = neededColumns.filter(column => !columns.has(column))
  if (version !== '1' || missing.length > 0) {
    const expected = `version 1 with ${neededColumns.join(' ')}`
    throw unreadableReply(command, reply, expected)
  }
  return rows
    .filter(row => row !== '')
    .map(row => {
      const fields = row.split(' ', columns.size)
      const field = (column: string) => fields[columns.get(column) ?? -1] ?? ''
      const server = serverOf(field)
      const id = { pool: Number(field('be_id')), server: Number(field('srv_id')) }
      if (id.server > 0) ids?.learn(server.pool, server.name, id)
      return server
    })
}

function serverOf(field: (column: string) => string): RunningServer {
  const admin = Number(field('srv_admin_state'))
  return {
    pool: field('be_name'),
    name: field('srv_name'),
    address: field('srv_addr'),
    port: Number(field('srv_port')),
    weight: Number(field('srv_uweight')),
    admin: admin & maintenanceBits ? 'maint' : admin & drainBits ? 'drain' : 'ready',
    // SRV_ST_STOPPED is 0; starting, running and stopping all take traffic.
    health: field('srv_op_state') === '0' ? 'down' : 'up',
    passedChecks: Number(field('srv_check_health')),
    lastCheck: lastCheckOf(field('srv_check_status')),
    checked: (Number(field('srv_check_state')) & checkEnabledBit) !== 0,
    agentChecked: (Number(field('srv_agent_state')) & checkEnabledBit) !== 0,
    initialWeight: Number(field('srv_iweight')),
    checkPort: Number(field('srv_check_port')),
    usesTls: field('srv_use_ssl') === '1',
  }
}

function lastCheckOf(status: string): RunningServer['lastCheck'] {
  if (passedStatuses.has(status)) return 'passed'
  return Number(status) > initialStatus ? 'failed' : 'none'
}
