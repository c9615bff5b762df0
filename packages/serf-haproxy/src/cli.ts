import { Command, CommanderError } from 'commander'
import { RenderError } from 'haproxy-config-render'
import { ReloadError } from 'haproxy-reloader'
import { AgentError } from './agent-error.js'
import { checkCommand } from './commands/check.js'
import { fail } from './commands/print.js'
import { renderCommand } from './commands/render.js'
import { runCommand } from './commands/run.js'
import { statusCommand } from './commands/status.js'

const program = new Command('serf-haproxy')
  .description('Keep a HAProxy equal to a Serf cluster')
  .exitOverride()
for (const command of [runCommand, renderCommand, checkCommand, statusCommand]) {
  program.addCommand(command.copyInheritedSettings(program))
}

try {
  await program.parseAsync()
} catch (error) {
  const isKnown =
    error instanceof AgentError || error instanceof RenderError || error instanceof ReloadError
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (isKnown) fail(error.message, 2)
  else throw error
}
