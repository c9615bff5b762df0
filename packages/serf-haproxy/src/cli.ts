import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { RenderError, type Rendered } from 'haproxy-config-render'
import { checkConfiguration, ReloadError } from 'haproxy-reloader'
import { pino } from 'pino'
import { watchMembership } from 'serf-events'
import { admitMembers } from './admit-members.js'
import { AgentError } from './agent-error.js'
import { createAgent, serfOptions } from './agent.js'
import type { AgentState } from './agent-state.js'
import type { Configuration } from './configuration.js'
import { loadConfiguration } from './load-configuration.js'
import { logEvent } from './log-event.js'
import { printableName } from './printable-name.js'
import { loadTemplate, renderMembers } from './render-members.js'
import { fetchStatus, serveStatus } from './status-server.js'

interface Flags {
  config: string
  json?: true
  members: boolean
  out?: string
}

const program = new Command('serf-haproxy')
  .description('Keep a HAProxy equal to a Serf cluster')
  .exitOverride()

command('run', 'watch the cluster and keep HAProxy equal to it').action(run)
command('render', 'print the configuration for the members of this moment')
  .option('--no-members', 'leave every pool empty, and ask no Serf agent')
  .option('--out <file>', 'write it there instead of printing it')
  .action(render)
command('check', 'check the configuration, the template and what HAProxy says of the result')
  .option('--no-members', 'leave every pool empty, and ask no Serf agent')
  .option('--json', 'print the result as JSON')
  .action(check)
command('status', 'show what a running agent knows and has done')
  .option('--json', 'print it as JSON')
  .action(status)

try {
  await program.parseAsync()
} catch (error) {
  const isKnown =
    error instanceof AgentError || error instanceof RenderError || error instanceof ReloadError
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (isKnown) fail(error.message, 2)
  else throw error
}

function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--config <file>', 'the configuration file', 'serf-haproxy.yaml')
}

async function run({ config }: Flags): Promise<void> {
  const configuration = loadConfiguration(config)
  const log = pino({ base: null })
  const agent = createAgent(configuration, { onEvent: event => logEvent(log, event) })
  const server = await serveStatus(configuration.listen, () => agent.state())
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  log.info({ serf: configuration.serf.rpc, listen: configuration.listen }, 'started')
  await agent.run({ signal: stop.signal })
  server.close()
  server.closeAllConnections()
  log.info('stopped')
}

async function render(flags: Flags): Promise<void> {
  const { text } = await renderNow(loadConfiguration(flags.config), flags)
  if (flags.out === undefined) process.stdout.write(text)
  else writeFileSync(flags.out, text, { mode: 0o600 })
}

async function check(flags: Flags): Promise<void> {
  const configuration = loadConfiguration(flags.config)
  const { text, pools } = await renderNow(configuration, flags)
  const folder = mkdtempSync(join(tmpdir(), 'serf-haproxy-'))
  try {
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(file, text, { mode: 0o600 })
    const result = await checkConfiguration(file, { binary: configuration.haproxy.binary })
    const servers = pools.flatMap(pool => pool.servers).length
    if (flags.json) print(JSON.stringify({ ...result, servers }))
    else if (result.ok)
      print(`The configuration is good: HAProxy accepts it, with ${servers} servers`)
    if (result.ok) return
    if (flags.json) process.exitCode = 1
    else fail(`HAProxy refuses the configuration:\n${result.report}`, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function status(flags: Flags): Promise<void> {
  const state = await fetchStatus(loadConfiguration(flags.config).listen)
  print(flags.json ? JSON.stringify(state) : describe(state))
}

async function renderNow(configuration: Configuration, { members }: Flags): Promise<Rendered> {
  const present = members ? await membersNow(configuration) : []
  return renderMembers(present, configuration, loadTemplate(configuration)).rendered
}

async function membersNow(configuration: Configuration) {
  for await (const { connected, error, members } of watchMembership(serfOptions(configuration))) {
    if (!connected) {
      const message = `the members are not known: ${error?.message}; --no-members does without them`
      throw new AgentError('no-membership', message, { cause: error })
    }
    const nobody = { serving: new Map(), failedSince: new Map(), failedGraceMs: 0, now: 0 }
    return admitMembers(members.values(), nobody).admitted
  }
  return []
}

function describe(state: AgentState): string {
  const { outcome } = state
  return [
    `Serf:    ${state.connected ? 'connected' : (state.serfError ?? 'not reached yet')}`,
    ...state.members.map(
      ({ name, address, status }) => `         ${printableName(name)}  ${address}  ${status}`,
    ),
    `HAProxy: generation ${state.generation}, last attempt ${outcome?.kind ?? 'not made yet'}`,
    ...(outcome?.kind === 'rejected' ? [outcome.report] : []),
    ...(outcome?.kind === 'rolled-back' || outcome?.kind === 'deferred' ? [outcome.cause] : []),
    ...state.quarantined.map(
      ({ member, reason }) => `left out: ${JSON.stringify(member)}: ${reason}`,
    ),
    ...state.keptByHealth.map(
      name => `kept: ${printableName(name)}: Serf calls it failed, HAProxy finds it healthy`,
    ),
  ].join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function fail(message: string, exitCode: number): void {
  process.stderr.write(`error: ${message}\n`)
  process.exitCode = exitCode
}
