import { InvalidArgumentError } from 'commander'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createAgent } from '../agent/create-agent.js'
import { controlSocketOf } from '../http/agent-client.js'
import { logLater } from '../log-later.js'
import { agentLog, logEntry } from '../reporting/log.js'
import { shownJson } from '../redaction/shown.js'
import type { Agent } from '../agent/agent.js'
import type { Configuration } from '../configuration/schema.js'
import { serveAgent, type AgentServer } from '../http/agent-server.js'
import { readToken } from '../http/request-guard.js'
import { filesOf, WatchedFiles } from '../configuration/watched-files.js'
import { AgentError } from '../agent-error.js'
import { reportToSupervisor, type RunningReport } from '../supervisor/report-to-supervisor.js'
import { preparePrivateFolder } from '../storage/private-folder.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readConfiguration } from './read-configuration.js'

interface RunFlags extends ConfigFlag {
  readonly record?: string
  readonly notifyFd?: number
}

/** `serf-haproxy run`. */
export const runCommand = configuredCommand(
  'run',
  'keep HAProxy in sync with the cluster until SIGTERM; SIGHUP reloads the configuration',
)
  .option('--record <file>', 'append events and decisions to a file for `replay`')
  .option(
    '--notify-fd <number>',
    'descriptor on which s6 waits for a line when the agent is ready: its notification-fd',
    descriptorNumber,
  )
  .action(run)

async function run(flags: RunFlags): Promise<void> {
  const configuration = readConfiguration(flags)
  const log = agentLog(configuration.logLevel)
  const stop = new AbortController()
  // Not `once`: a second signal during a write would end the process.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  // A limit of the size of files is an error of the write, and not the end of the process.
  process.on('SIGXFSZ', () => {})
  const recording =
    flags.record === undefined
      ? undefined
      : openRecording(flags.record, error => log.error(`recording stopped: ${error.message}`))
  const agent = createAgent(configuration, {
    file: flags.config,
    onEvent: logLater(entry => logEntry(log, entry)),
    ...(recording && { onRecord: line => recording.write(`${shownJson(line)}\n`) }),
  })
  secureStateFolder(configuration.stateFolder, text => log.warn(text))
  const follower = followConfiguration(agent, configuration, flags, () => report.reloading())
  const report: RunningReport = reportToSupervisor({
    agent,
    notifyFd: flags.notifyFd,
    configuration: follower.inUse,
    onError: error => log.warn(error.message),
  })
  stop.signal.addEventListener('abort', () => void report.stop())
  process.on('SIGHUP', follower.renew)
  const server = await serve(agent, configuration, error => log.error(error.message))
  log.info({ serf: configuration.serf.rpc, listen: configuration.listen }, 'started')
  try {
    await agent.run({ signal: stop.signal })
  } finally {
    follower.close()
    process.off('SIGHUP', follower.renew)
    await server.close()
    await report.stop()
    recording?.end()
  }
  log.info('stopped')
}

/** Renews the configuration when its file, or a file that it names, changes; or on `renew`. */
function followConfiguration(
  agent: Agent,
  first: Configuration,
  flags: RunFlags,
  /** Called at the begin of each renewal; its result at the end. */
  onRenewal: () => () => void,
) {
  let inUse = first
  /** The newest that was read. The agent may use it later: it is held, or tried again. */
  let loaded = first
  const renew = () => void load()
  const watched = new WatchedFiles(renew)
  // A file that is named by a configuration that is refused or held may be what has to be fixed.
  const follow = () => watched.follow([flags.config, ...filesOf(inUse), ...filesOf(loaded)])
  const load = async () => {
    const end = onRenewal()
    const refused = await agent.configure(() => {
      loaded = readConfiguration(flags)
      follow()
      return loaded
    })
    if (refused === undefined) inUse = loaded
    follow()
    end()
  }
  follow()
  return { renew, inUse: () => inUse, close: () => watched.close() }
}

/** Parses the number of a descriptor other than the standard ones. */
function descriptorNumber(text: string): number {
  const number = Number(text)
  if (/^\d{1,6}$/.test(text) && number > 2) return number
  throw new InvalidArgumentError(`Expected the number of a descriptor, from 3 on, got ${text}.`)
}

/** Opens a file that only its owner can read: it contains the tags of members. */
function openRecording(file: string, onError: (error: Error) => void): WriteStream {
  return createWriteStream(file, { flags: 'a', mode: 0o600 }).on('error', onError)
}

/**
 * Creates or repairs the state folder, before the control socket is in it. A disk that
 * refuses does not stop the agent, which reports it.
 *
 * @throws AgentError `state-folder` if other users control the folder
 */
function secureStateFolder(folder: string, onRepaired: (text: string) => void): void {
  try {
    const repair = preparePrivateFolder(folder)
    if (repair !== undefined) onRepaired(repair)
  } catch (error) {
    if (error instanceof AgentError) throw error
  }
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
