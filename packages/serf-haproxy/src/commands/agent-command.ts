import type { Command } from 'commander'
import { agentClient, type AgentClient } from '../http/agent-client.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'
import { print } from './print.js'

/** What a command of a running agent is given beside its arguments. */
interface AgentFlags extends ConfigFlag {
  readonly json?: true
}

/**
 * A command that asks a running agent for one thing and shows the answer:
 * `synopsis` is its name and arguments, `describe` says the answer to people,
 * and an answer that is not `isDone` makes the command fail.
 */
export function agentCommand<T>(
  synopsis: string,
  description: string,
  ask: (agent: AgentClient, ...words: readonly string[]) => Promise<T>,
  describe: (answer: T) => string,
  isDone: (answer: T) => boolean = () => true,
): Command {
  const [name = '', ...words] = synopsis.split(' ')
  const command = configuredCommand(name, description).option('--json', 'print it as JSON')
  for (const word of words) command.argument(word)
  return command.action(async (...given: unknown[]) => {
    const flags = command.opts<AgentFlags>()
    const client = agentClient(readConfiguration(flags))
    const texts = given.filter(word => typeof word === 'string')
    const answer = await ask(client, ...texts)
    if (!isDone(answer)) process.exitCode = 1
    print(flags.json ? JSON.stringify(answer) : describe(answer))
  })
}
