import { agentClient } from '../http/agent-client.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { readAddress } from './read-address.js'

/** `serf-haproxy handler`. */
export const handlerCommand = configuredCommand(
  'handler',
  'trigger an immediate refresh in the running agent; for `serf agent -event-handler`',
)
  .addHelpText(
    'after',
    `
Use it if the agent can read neither the log nor the events of the Serf agent,
or as a second trigger. The event itself is ignored: the agent reads the members
from Serf. Serf calls its event handlers 1 to 3 seconds after a change.`,
  )
  .action(handle)

async function handle(flags: ConfigFlag): Promise<void> {
  // Serf writes the event to stdin: it is read, so that the pipe does not break.
  process.stdin.resume()
  await agentClient(await readAddress(flags)).post('/ring')
  process.stdin.destroy()
}
