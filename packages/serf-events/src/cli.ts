import { createRequire } from 'node:module'
import { runProgram } from 'command-line-program'
import { Command } from 'commander'
import { handlerCommand } from './handler/handler-command.js'
import { watchCommand } from './watch-command.js'

const { version } = createRequire(import.meta.url)('serf-events/package.json') as {
  readonly version: string
}

const program = new Command('serf-events')
  .description('Watch the membership of a Serf cluster, or handle its events')
  .version(version, '--version', 'print the version')
for (const command of [watchCommand, handlerCommand]) {
  program.addCommand(command.copyInheritedSettings(program))
}

await runProgram(program)
