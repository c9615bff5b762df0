import { Command, Option } from 'commander'
import { fileVariable } from '../variables.js'

/** Builds a command that reads the agent's configuration. */
export function configuredCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--config <file>', 'configuration file')
        .default('serf-haproxy.yaml')
        .env(fileVariable),
    )
    .addOption(
      new Option(
        '--set <path=value>',
        'override one value of the configuration file, such as serf.rpc=127.0.0.1:7373; repeatable',
      )
        .default([], 'none')
        .argParser((text, before: readonly string[]) => [...before, text]),
    )
}

/** Flags of every such command. */
export interface ConfigFlag {
  readonly config: string
  readonly set: readonly string[]
}
