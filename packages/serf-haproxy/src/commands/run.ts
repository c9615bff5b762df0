import { pino } from 'pino'
import { createAgent } from '../create-agent.js'
import { loadConfiguration } from '../load-configuration.js'
import { logEvent } from '../log-event.js'
import { serveStatus } from '../status-server.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'

/** `serf-haproxy run`. */
export const runCommand = configuredCommand(
  'run',
  'watch the cluster and keep HAProxy equal to it',
).action(run)

async function run({ config }: ConfigFlag): Promise<void> {
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
