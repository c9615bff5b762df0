import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { endProcess, until, type HaproxyPlace, type Tidy } from 'real-components'

/** The reported values of one server that its line decides, by column. */
export type ShownServer = Readonly<Record<string, string>>

/** Columns of `show servers state` that a server's line decides. */
const stateColumns = [
  'srv_addr',
  'srv_port',
  'srv_uweight',
  'srv_fqdn',
  'srv_use_ssl',
  'srv_check_port',
  'srv_check_addr',
  'srv_agent_addr',
  'srv_agent_port',
]

/** Columns of `show stat` that a server's line decides; `weight` is lower for a time after `slowstart`. */
const statColumns = [
  'act',
  'bck',
  'slim',
  'qlimit',
  'check_rise',
  'check_fall',
  'agent_rise',
  'agent_fall',
  'cookie',
]

/** Bits of `srv_admin_state`, `srv_check_state` and `srv_agent_state` that a line decides. */
const adminBits = 0x01 | 0x04 | 0x08
const enabledBit = 0x04

/** Asks a HAProxy for the servers of a pool, by name. */
export async function shownServers(
  socket: string,
  pool: string,
): Promise<ReadonlyMap<string, ShownServer>> {
  const state = await ask(socket, `show servers state ${pool}`)
  const [, header = '', ...rows] = state.trim().split('\n')
  const servers = new Map<string, ShownServer>()
  for (const row of recordsOf(header.replace(/^# /, ''), rows, ' ')) {
    servers.set(row['srv_name'] ?? '', {
      ...pick(row, stateColumns),
      admin: String(Number(row['srv_admin_state']) & adminBits),
      isChecked: String((Number(row['srv_check_state']) & enabledBit) !== 0),
      isAgentChecked: String((Number(row['srv_agent_state']) & enabledBit) !== 0),
    })
  }
  const [names = '', ...lines] = (await ask(socket, 'show stat -1 4 -1')).trim().split('\n')
  for (const row of recordsOf(names.replace(/^# /, ''), lines, ',')) {
    const name = row['svname'] ?? ''
    const known = row['pxname'] === pool ? servers.get(name) : undefined
    if (known) servers.set(name, { ...known, ...pick(row, statColumns) })
  }
  return servers
}

/** Starts a HAProxy of its own from a text and asks it for the servers of a pool. */
export async function serversOfFreshHaproxy(
  t: Tidy,
  { place, program, bind }: { place: HaproxyPlace; program: string; bind: string },
  text: string,
  pool: string,
): Promise<ReadonlyMap<string, ShownServer>> {
  const socket = join(place.folder, 'fresh.sock')
  const file = join(place.folder, 'fresh.cfg')
  const own = text
    .replaceAll(place.runtimeSocket, socket)
    .replaceAll(bind, bind.replace(/:.*/, ':0'))
  writeFileSync(file, own.replace(/^.*bind .*$/gm, ''))
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'ignore'] })
  const end = async () => {
    await endProcess(child, 'SIGKILL')
  }
  t.teardown(end)
  try {
    return await until('a fresh HAProxy', async () => {
      if (child.exitCode !== null) throw new Error(`HAProxy refuses ${file}`)
      const servers = await shownServers(socket, pool).catch(() => undefined)
      return servers ?? false
    })
  } finally {
    await end()
  }
}

function recordsOf(
  header: string,
  rows: readonly string[],
  separator: string,
): Record<string, string>[] {
  const columns = header.split(separator)
  return rows.map(row =>
    Object.fromEntries(row.split(separator).map((field, i) => [columns[i] ?? '', field])),
  )
}

function pick(row: Readonly<Record<string, string>>, columns: readonly string[]): ShownServer {
  return Object.fromEntries(columns.map(column => [column, row[column] ?? '']))
}

function ask(socket: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ''
    connect(socket)
      .setEncoding('utf8')
      .once('error', reject)
      .on('data', (text: string) => (reply += text))
      .once('end', () => resolve(reply))
      .end(`${question}\n`)
  })
}
