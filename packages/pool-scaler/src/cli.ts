import { runProgram } from 'command-line-program'
import { Command } from 'commander'
import { runCommand } from './run-command.js'
import { ScalerError } from './scaler-error.js'
import { shownText } from './shown-text.js'
import { version } from './version.js'

const program = new Command('pool-scaler')
  .description('Keep the pools of a load balancer at their sizes: they heal and grow')
  .version(version, '--version', 'print the version')
program.addCommand(runCommand.copyInheritedSettings(program))

await runProgram(program, {
  describeError: error =>
    error instanceof ScalerError
      ? { message: error.message.split('\n').map(shownText).join('\n'), exitCode: 2 }
      : undefined,
})
