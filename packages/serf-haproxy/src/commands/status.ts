import type { AgentState } from '../agent-state.js'
import { printableName } from '../printable-name.js'
import { fetchStatus } from '../status-server.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'
import { print } from './print.js'

/** `serf-haproxy status`. */
export const statusCommand = configuredCommand(
  'status',
  'show what a running agent knows and has done',
)
  .option('--json', 'print it as JSON')
  .action(status)

async function status(flags: ConfigFlag & { json?: true }): Promise<void> {
  const state = await fetchStatus(readConfiguration(flags).listen)
  print(flags.json ? JSON.stringify(state) : describe(state))
}

function describe(state: AgentState): string {
  const { outcome, serf, generation } = state
  return [
    `Serf:    ${serf.connected ? 'connected' : (serf.error ?? 'not reached yet')}`,
    ...state.members.map(
      ({ name, address, status, standing }) =>
        `         ${printableName(name)}  ${address}  ${status}  ${standing}`,
    ),
    `HAProxy: generation ${generation?.number ?? 0}, last attempt ${outcome?.kind ?? 'not made yet'}`,
    ...(outcome?.kind === 'rejected' ? [outcome.report] : []),
    ...(outcome?.kind === 'rolled-back' || outcome?.kind === 'deferred' ? [outcome.cause] : []),
    ...state.quarantined.map(
      ({ member, reason }) => `left out: ${JSON.stringify(member)}: ${reason}`,
    ),
  ].join('\n')
}
