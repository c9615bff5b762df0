import { Command, CommanderError } from 'commander'
import { RenderError } from 'haproxy-config-render'
import { ConfigTextError } from 'haproxy-config-text'
import { ReloadError } from 'haproxy-reloader'
import { AgentError } from './agent-error.js'
import { checkCommand } from './commands/check.js'
import { doctorCommand } from './commands/doctor.js'
import { explainCommand } from './commands/explain.js'
import { diffCommand, historyCommand, rollbackCommand } from './commands/history.js'
import { membersCommand } from './commands/members.js'
import { acceptCommand, freezeCommand, thawCommand } from './commands/mode.js'
import { handlerCommand } from './commands/handler.js'
import { initCommand } from './commands/init.js'
import { fail } from './commands/print.js'
import { recordCommand } from './commands/record.js'
import { renderCommand } from './commands/render.js'
import { replayCommand } from './commands/replay.js'
import { runCommand } from './commands/run.js'
import { statusCommand } from './commands/status.js'
import { version } from './version.js'

const program = new Command('serf-haproxy')
  .description('Keep HAProxy in sync with the members of a Serf cluster')
  .version(version, '--version', 'print the version')
  .helpOption('-h, --help', 'print help')
  .helpCommand('help [command]', 'print the help of a command')
  .exitOverride()
const commands = [
  initCommand,
  runCommand,
  renderCommand,
  checkCommand,
  statusCommand,
  membersCommand,
  explainCommand,
  historyCommand,
  diffCommand,
  rollbackCommand,
  freezeCommand,
  thawCommand,
  acceptCommand,
  doctorCommand,
  recordCommand,
  replayCommand,
  handlerCommand,
]
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program))
}

try {
  await program.parseAsync()
} catch (error) {
  const isKnown =
    error instanceof AgentError ||
    error instanceof ConfigTextError ||
    error instanceof RenderError ||
    error instanceof ReloadError
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  // A command that the agent rejects is valid input: exit 1, not 2.
  else if (isKnown) fail(error.message, error.code === 'refused' ? 1 : 2)
  else throw error
}
