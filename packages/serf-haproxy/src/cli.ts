import { runProgram } from 'command-line-program'
import { Command } from 'commander'
import { loadCommands } from './commands/load-commands.js'
import { fail } from './commands/print.js'
import { mappedStack } from './mapped-stack.js'
import { version } from './version.js'

/** Names of the errors that are about input. Their packages are read by those who use them. */
const knownErrors = new Set(['AgentError', 'ConfigTextError', 'RenderError', 'ReloadError'])

// The stack of an error that ends the process names the sources, and not the bundle.
process.on('uncaughtExceptionMonitor', error => {
  if (error.stack !== undefined) error.stack = mappedStack(error.stack)
})

const program = new Command('serf-haproxy')
  .description('Keep HAProxy in sync with the members of a Serf cluster')
  .version(version, '--version', 'print the version')
  .helpOption('-h, --help', 'print help')
  .helpCommand('help [command]', 'print the help of a command')
  .addHelpText(
    'after',
    '\nAll settings of the configuration file: docs/configuration.md, and the JSON Schema that init writes.',
  )
const words = process.argv.slice(2)
// The completion needs all commands, wherever it is asked for.
const first = words.some(word => word.startsWith('--completion')) ? undefined : words[0]
for (const command of await loadCommands(first)) {
  program.addCommand(command.copyInheritedSettings(program))
}

await runProgram(program, {
  // A command that the agent rejects is valid input: exit 1, not 2.
  describeError: error =>
    isKnown(error)
      ? { message: error.message, exitCode: error.code === 'refused' ? 1 : 2 }
      : undefined,
  report: ({ message, exitCode }) => fail(message, exitCode),
})

function isKnown(error: Error): error is Error & { readonly code: string } {
  return knownErrors.has(error.name)
}
