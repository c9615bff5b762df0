import { HaproxyError } from '../haproxy-error.js'

/** One server, as the running HAProxy has it. */
export interface RunningServer {
  readonly pool: string
  readonly name: string
  readonly address: string
  readonly port: number
  /** Share of the traffic, 0 to 256; 0 is draining. */
  readonly weight: number
  /** What an administrator asked for. */
  readonly admin: 'ready' | 'drain' | 'maint'
  /** Whether HAProxy sends traffic there, by its own checks and observations. */
  readonly health: 'up' | 'down'
  /** Whether health checks are on. */
  readonly checked: boolean
}

/** Bits of `srv_admin_state`: include/haproxy/server-t.h, SRV_ADMF_*. */
const maintenanceBits = 0x01 | 0x02 | 0x04 | 0x20 | 0x40
const drainBits = 0x08 | 0x10
/** Bit of `srv_check_state`: include/haproxy/check-t.h, CHK_ST_ENABLED. */
const checkEnabledBit = 0x04

const needed = [
  'be_name',
  'srv_name',
  'srv_addr',
  'srv_port',
  'srv_op_state',
  'srv_admin_state',
  'srv_uweight',
  'srv_check_state',
]

/** Reads the reply to `show servers state`, format version 1. */
export function parseServersState(reply: string): RunningServer[] {
  const [version, header, ...rows] = reply.split('\n')
  const columns = header?.replace(/^# /, '').split(' ') ?? []
  const missing = needed.filter(column => !columns.includes(column))
  if (version !== '1' || missing.length > 0) {
    const found = JSON.stringify(reply.slice(0, 100))
    throw new HaproxyError(
      'protocol',
      `The reply to show servers state cannot be read: found ${found}, wanted version 1 with ${needed.join(' ')}`,
    )
  }
  const places = new Map(columns.map((column, i) => [column, i]))
  return rows.filter(row => row !== '').map(row => parseRow(places, row.split(' ')))
}

function parseRow(places: ReadonlyMap<string, number>, fields: readonly string[]): RunningServer {
  const field = (column: string) => fields[places.get(column) ?? -1] ?? ''
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
    checked: (Number(field('srv_check_state')) & checkEnabledBit) !== 0,
  }
}
