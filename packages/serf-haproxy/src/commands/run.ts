import { createWriteStream, type WriteStream } from 'node:fs'
import { createAgent } from '../agent/create-agent.js'
import { controlSocketOf } from '../http/agent-client.js'
import { agentLog, logEntry } from '../reporting/log.js'
import type { Agent } from '../agent/agent.js'
import type { Configuration } from '../configuration/schema.js'
import { serveAgent, type AgentServer } from '../http/agent-server.js'
import { readToken } from '../http/request-guard.js'
import { watchFiles } from '../configuration/watch-files.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'

interface RunFlags extends ConfigFlag {
  readonly record?: string
}

/** `serf-haproxy run`. */
export const runCommand = configuredCommand(
  'run',
  'keep HAProxy in sync with the cluster until SIGTERM; SIGHUP reloads the configuration',
)
  .option('--record <file>', 'append events and decisions to a file for `replay`')
  .action(run)

async function run(flags: RunFlags): Promise<void> {
  const configuration = readConfiguration(flags)
  const log = agentLog(configuration.logLevel)
  const stop = new AbortController()
  // Not `once`: a second signal during a write would end the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  const recording =
    flags.record === undefined
      ? undefined
      : openRecording(flags.record, error => log.error(`recording stopped: ${error.message}`))
  const agent = createAgent(configuration, {
    file: flags.config,
    onEvent: entry => logEntry(log, entry),
    ...(recording && { onRecord: line => recording.write(`${JSON.stringify(line)}\n`) }),
  })
  const renew = () => void agent.configure(() => readConfiguration(flags))
  process.on('SIGHUP', renew)
  const server = await serve(agent, configuration, error => log.error(error.message))
  const files = () => [flags.config, configuration.template, configuration.policy]
  const unwatch = watchFiles(
    files().filter(file => file !== undefined),
    renew,
  )
  log.info({ serf: configuration.serf.rpc, listen: configuration.listen }, 'started')
  try {
    await agent.run({ signal: stop.signal })
  } finally {
    unwatch()
    process.off('SIGHUP', renew)
    await server.close()
    recording?.end()
  }
  log.info('stopped')
}

/** Opens a file that only its owner can read: it contains the tags of members. */
function openRecording(file: string, onError: (error: Error) => void): WriteStream {
  return createWriteStream(file, { flags: 'a', mode: 0o600 }).on('error', onError)
}

/** Serves the page and the control socket. A TCP port in use does not stop the agent. */
function serve(
  agent: Agent,
  { listen, stateFolder, tokenFile, hosts }: Configuration,
  onListenError: (error: Error) => void,
): Promise<AgentServer> {
  return serveAgent({
    agent,
    listen,
    hosts,
    token: tokenFile === undefined ? undefined : readToken(tokenFile),
    controlSocket: controlSocketOf(stateFolder),
    onListenError,
  })
}
