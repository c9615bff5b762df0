import { agentClient } from '../http/agent-client.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'

/** `serf-haproxy handler`. */
export const handlerCommand = configuredCommand(
  'handler',
  'serve as `serf agent -event-handler`: ring the running agent, which reads the members then',
)
  .addHelpText(
    'after',
    `
For where the agent can read neither the log nor the events of the Serf agent,
or as a second doorbell. What Serf tells of the event is not used: the members
are read. Serf calls its handlers 1 to 3 seconds after a change.`,
  )
  .action(handle)

async function handle(flags: ConfigFlag): Promise<void> {
  // Serf writes the event; one that nobody reads would break its pipe.
  process.stdin.resume()
  await agentClient(readConfiguration(flags)).post('/ring')
  process.stdin.destroy()
}
