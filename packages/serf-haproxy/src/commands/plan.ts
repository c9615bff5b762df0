import { createRuntimeClient } from 'haproxy-runtime'
import { AgentError } from '../agent-error.js'
import { reloaderFor } from '../agent/pipeline.js'
import type { Configuration } from '../configuration/schema.js'
import { agentClient } from '../http/agent-client.js'
import { plural } from 'command-line-program'
import { printableText } from '../printable-name.js'
import {
  plannedChange,
  type PlannedChange,
  type PlannedOperation,
} from '../rendering/planned-change.js'
import { heldChangeText, heldText } from '../reporting/held-text.js'
import type { AgentState } from '../state/agent-state.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'
import { guardFindings } from './guard-findings.js'
import { print, printJson } from './print.js'
import { renderNow } from './render-now.js'

/** The planned change, and the reasons for which it is not applied. */
interface PlannedNow extends Pick<AgentState, 'frozen' | 'held' | 'heldChange'> {
  /** The mode of the agent; `stopped` if none runs, and the plan is that of its start. */
  readonly mode: AgentState['mode'] | 'stopped'
  readonly change: PlannedChange
}

/** Most characters of a line; a held change names settings and pools. */
const longestLine = 1000

/** `serf-haproxy plan`. */
export const planCommand = configuredCommand(
  'plan',
  'print what would be done to HAProxy now and why, also while the agent is frozen or holds it',
)
  .option('--json', 'print the plan as JSON')
  .addHelpText(
    'after',
    `
It asks the running agent; without one it reads Serf and HAProxy itself, and
prints what the start of the agent would do. It changes nothing.

Exit codes: 0 nothing to do, 1 something to do, held or rejected by HAProxy, 2 wrong usage or input.`,
  )
  .action(plan)

async function plan(flags: ConfigFlag & { json?: true }): Promise<void> {
  const configuration = readConfiguration(flags)
  const planned = (await planOfAgent(configuration)) ?? (await planFromFiles(configuration))
  if (flags.json) printJson(planned)
  else print(describe(planned))
  if (!isNothing(planned)) process.exitCode = 1
}

/** Returns the plan of the running agent; undefined if there is none. */
async function planOfAgent(configuration: Configuration): Promise<PlannedNow | undefined> {
  try {
    return await agentClient(configuration).get<PlannedNow>('/plan')
  } catch (error) {
    if (error instanceof AgentError && error.code === 'no-agent') return undefined
    throw error
  }
}

async function planFromFiles(configuration: Configuration): Promise<PlannedNow> {
  const now = await renderNow(configuration, { config: '', set: [], members: true })
  const { runtimeSocket: socket, configFile } = configuration.haproxy
  await using reloader = reloaderFor(configuration, createRuntimeClient({ socket }), undefined)
  const change = await plannedChange({ ...now.renderer, reloader, configFile }, now.rendering)
  const { held } = await guardFindings(configuration, now)
  const heldChange = held && { heldChange: { since: Date.now(), ...held } }
  return { mode: 'stopped', change, ...heldChange }
}

function isNothing({ change: { kind, difference }, held, heldChange }: PlannedNow): boolean {
  return kind === 'noop' && difference === '' && !held && !heldChange
}

const modes: Readonly<Record<PlannedNow['mode'], string>> = {
  following: 'following: changes are applied',
  frozen: 'frozen: nothing is applied until `serf-haproxy thaw`',
  held: 'held: the removals or the change below wait for `serf-haproxy accept`',
  stopped: 'not running: its start would do this',
}

function describe({ mode, frozen, held, heldChange, change }: PlannedNow): string {
  const reason = frozen?.reason === undefined ? '' : ` (${frozen.reason})`
  const lines = [
    `agent: ${modes[mode]}${reason}`,
    ...changeLines(change),
    ...(change.takenPorts ?? []).map(text => `rejected: ${text}`),
    ...checkLines(change),
    ...change.draining.map(server => `draining: ${server} leaves when its sessions have ended`),
    ...(held ? [heldText(held)] : []),
    ...(heldChange ? [heldChangeText(heldChange)] : []),
  ].map(line => printableText(line, longestLine))
  return [...lines, ...(change.difference === '' ? [] : [change.difference.trimEnd()])].join('\n')
}

function changeLines({ kind, reason, trigger, operations, difference }: PlannedChange): string[] {
  if (kind === 'reload') return [`plan: a reload (${trigger}): ${reason}`]
  if (kind === 'start') return [`plan: the file for the start of HAProxy: ${reason}`]
  if (kind === 'noop')
    return [difference === '' ? `plan: nothing: ${reason}` : `plan: only the file: ${reason}`]
  return [
    `plan: ${plural(operations.length, 'change')} at run time, without a reload`,
    ...operations.map(operation => `  ${operationText(operation)}`),
  ]
}

function checkLines({ check }: PlannedChange): string[] {
  if (!check) return []
  const [first = '', ...rest] = check.report.trimEnd().split('\n')
  return check.kind === 'rejected'
    ? [`HAProxy would reject it: ${first}`, ...rest.map(line => `  ${line}`)]
    : [`HAProxy did not check it: ${first}`]
}

function operationText(operation: PlannedOperation): string {
  if ('path' in operation) return `${operation.kind} ${operation.path}`
  const { kind, pool, server, address, port, weight } = operation
  const place = address === undefined ? '' : ` at ${address} port ${port}, weight ${weight}`
  return `${kind} ${pool}/${server}${place}`
}
