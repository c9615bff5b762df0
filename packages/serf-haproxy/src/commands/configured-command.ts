import { Command } from 'commander'

/** A command that works with the agent's configuration. */
export function configuredCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--config <file>', 'the configuration file', 'serf-haproxy.yaml')
}

/** What every such command is given. */
export interface ConfigFlag {
  readonly config: string
}
