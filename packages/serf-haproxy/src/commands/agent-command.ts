import { terminalOf, type Terminal } from 'command-line-program'
import { InvalidArgumentError, type Command } from 'commander'
import { agentClient, type AgentClient } from '../http/agent-client.js'
import type { Description } from './description.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import type { AgentState } from '../state/agent-state.js'
import { readAddress } from './read-address.js'
import { printableName } from '../printable-name.js'
import { print, printColoured, printJson } from './print.js'

/** Flags of a command that talks to a running agent. */
interface AgentFlags extends ConfigFlag {
  readonly json?: true
  readonly watch?: true
}

/** Arguments that are numbers of generations. */
const numberWords = new Set(['<generation>', '<from>', '<to>'])

function generationNumber(text: string): string {
  if (/^\d{1,9}$/.test(text)) return text
  throw new InvalidArgumentError(
    `Expected the number of a generation, as \`serf-haproxy history\` lists them, got ${printableName(text)}.`,
  )
}

/** A question to a running agent. */
export interface AgentQuestion<T> {
  /** Sends the question; `words` are the arguments of the command. */
  readonly ask: (agent: AgentClient, ...words: readonly string[]) => Promise<T>
  /** Makes the answer readable. */
  readonly describe: (answer: T, terminal: Terminal) => Description
  /** Returns false for an answer with which the command exits 1; by default there is none. */
  readonly isDone?: (answer: T) => boolean
  /** Returns the answer that a state contains; with it the command has `--watch`. */
  readonly ofState?: (state: AgentState) => T
}

/**
 * Builds a command that sends one request to a running agent and prints the
 * answer. `synopsis` is its name and arguments.
 */
export function agentCommand<T>(
  synopsis: string,
  description: string,
  { ask, describe, isDone = () => true, ofState }: AgentQuestion<T>,
): Command {
  const [name = '', ...words] = synopsis.split(' ')
  const command = configuredCommand(name, description).option('--json', 'print the answer as JSON')
  if (ofState)
    command.option(
      '--watch',
      'print it again after every change, until Ctrl-C; with --json one document a line',
    )
  for (const word of words) {
    const isNumber = numberWords.has(word)
    if (isNumber) command.argument(word, 'number of a generation', generationNumber)
    else command.argument(word)
  }
  return command.action(async (...given: unknown[]) => {
    const flags = command.opts<AgentFlags>()
    const address = await readAddress(flags)
    if (ofState && flags.watch) {
      const { watchAgent } = await import('./watch-agent.js')
      return watchAgent(address, { ofState, describe, isJson: flags.json === true })
    }
    const texts = given.filter(word => typeof word === 'string')
    const answer = await ask(agentClient(address), ...texts)
    if (!isDone(answer)) process.exitCode = 1
    if (flags.json) printJson(answer)
    else printDescription(describe(answer, terminalOf(process.stdout)))
  })
}

function printDescription(description: Description): void {
  if (typeof description === 'string') print(description)
  else printColoured(description.coloured)
}
