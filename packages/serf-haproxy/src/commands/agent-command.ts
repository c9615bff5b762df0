import { terminalOf, type Terminal } from 'command-line-program'
import { InvalidArgumentError, type Command } from 'commander'
import { agentClient, type AgentClient } from '../http/agent-client.js'
import { configuredCommand, readConfiguration, type ConfigFlag } from './configured-command.js'
import { printableName } from '../printable-name.js'
import { print, printColoured, printJson } from './print.js'

/** An answer for people: a text, or one with colours for the states. */
export type Description = string | { readonly coloured: string }

/** Flags of a command that talks to a running agent. */
interface AgentFlags extends ConfigFlag {
  readonly json?: true
}

/** Arguments that are numbers of generations. */
const numberWords = new Set(['<generation>', '<from>', '<to>'])

function generationNumber(text: string): string {
  if (/^\d{1,9}$/.test(text)) return text
  throw new InvalidArgumentError(
    `Expected the number of a generation, as \`serf-haproxy history\` lists them, got ${printableName(text)}.`,
  )
}

/**
 * Builds a command that sends one request to a running agent and prints the
 * answer. `synopsis` is its name and arguments, `describe` makes the answer
 * readable, and the command exits 1 if `isDone` is false for the answer.
 */
export function agentCommand<T>(
  synopsis: string,
  description: string,
  ask: (agent: AgentClient, ...words: readonly string[]) => Promise<T>,
  describe: (answer: T, terminal: Terminal) => Description,
  isDone: (answer: T) => boolean = () => true,
): Command {
  const [name = '', ...words] = synopsis.split(' ')
  const command = configuredCommand(name, description).option('--json', 'print the answer as JSON')
  for (const word of words) {
    const isNumber = numberWords.has(word)
    if (isNumber) command.argument(word, 'number of a generation', generationNumber)
    else command.argument(word)
  }
  return command.action(async (...given: unknown[]) => {
    const flags = command.opts<AgentFlags>()
    const client = agentClient(readConfiguration(flags))
    const texts = given.filter(word => typeof word === 'string')
    const answer = await ask(client, ...texts)
    if (!isDone(answer)) process.exitCode = 1
    if (flags.json) printJson(answer)
    else printDescription(describe(answer, terminalOf(process.stdout)))
  })
}

function printDescription(description: Description): void {
  if (typeof description === 'string') print(description)
  else printColoured(description.coloured)
}
