import type { FakeCommand } from './server-commands.js'
import { findServer } from './find-server.js'
import { runChecks } from './health-check.js'
import type { FakePool, FakeServer } from './worker.js'

const showInfo: FakeCommand[1] = ({ pid, startedAt }, _args, { version }) => {
  const uptime = Math.floor((performance.now() - startedAt) / 1000)
  return `Name: HAProxy\nVersion: ${version}\nNbthread: 1\nPid: ${pid}\nUptime: 0d 0h00m${uptime}s\nUptime_sec: ${uptime}\n`
}

const stateColumns =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state ' +
  'srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl ' +
  'srv_check_port srv_check_addr srv_agent_addr srv_agent_port'

/** HAProxy's bits for maintenance and drain by an administrator. */
const adminBits = { ready: 0, maint: 1, drain: 8 } as const

const showServersState: FakeCommand[1] = ({ pools }, [name = '']) => {
  const chosen = name === '' ? [...pools.values()] : [pools.get(name)]
  for (const pool of chosen) runChecks(pool?.servers.values() ?? [], performance.now())
  const rows = chosen.flatMap(pool =>
    pool ? [...pool.servers.values()].map(server => stateRow(pool, server)) : [],
  )
  if (chosen.includes(undefined)) return "Can't find backend.\n"
  return ['1', `# ${stateColumns}`, ...rows, ''].join('\n')
}

function stateRow(pool: FakePool, server: FakeServer): string {
  const isStopped = server.admin === 'maint' || server.health === 'down'
  const checkState = server.hasCheck ? 2 + (server.checked ? 4 : 0) : 0
  const agentState = server.hasAgent ? 16 + 2 + (server.agentChecked ? 4 : 0) : 0
  // L7OK, and no result.
  const checkStatus = server.hasPassed ? 15 : 1
  const { id, name, address, port, weight, initialWeight, checkPort, agentPort } = server
  return (
    `${pool.id} ${pool.name} ${id} ${name} ${address} ${isStopped ? 0 : 2} ` +
    `${adminBits[server.admin]} ${weight} ${initialWeight} 0 ${checkStatus} 0 0 ${checkState} ` +
    `${agentState} ${pool.hasOwnId ? 1 : 0} 0 - ${port} - ${server.usesTls ? 1 : 0} ${checkPort} - - ${agentPort}`
  )
}

/** Answers at once: the fake's sessions end only when a test ends them. */
function waitRemovable(
  ...[worker, [, target = ''], { waitCommand, unknownCommand }]: Parameters<FakeCommand[1]>
): string {
  if (!waitCommand) return `${unknownCommand('wait')}\n`
  const found = findServer(worker, target)
  if ('refusal' in found) return target.includes('/') ? 'Failed.\n' : found.refusal
  const { admin, sessions } = found.server
  return admin === 'maint' && sessions === 0 ? 'Done.\n' : 'Failed.\n'
}

/** Commands that query, with replies in HAProxy's formats. */
export const showCommands: readonly FakeCommand[] = [
  [/^show info$/, showInfo],
  [/^show cli level$/, () => 'admin\n'],
  [/^show version$/, (_worker, _args, { version }) => `${version}\n`],
  [/^show servers state(?: (\S+))?$/, showServersState],
  [/^show sess$/, () => ''],
  [/^wait (\d+)ms srv-removable (\S+)$/, waitRemovable],
]
