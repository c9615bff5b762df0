import { Command, Option } from 'commander'
import type { Configuration } from '../configuration/schema.js'
import { loadConfiguration } from '../configuration/load-configuration.js'
import {
  fileVariable,
  overridesFromEnvironment,
  overridesFromFlags,
} from '../configuration/overrides.js'

/** A command that works with the agent's configuration. */
export function configuredCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--config <file>', 'the configuration file')
        .default('serf-haproxy.yaml')
        .env(fileVariable),
    )
    .option(
      '--set <path=value>',
      'put a value over that of the file, as in serf.rpc=127.0.0.1:7373; may be repeated',
      (text: string, before: readonly string[]) => [...before, text],
      [] as readonly string[],
    )
}

/** What every such command is given. */
export interface ConfigFlag {
  readonly config: string
  readonly set: readonly string[]
}

/**
 * The configuration that a command is to work with: the file, the environment
 * over it, and the flags over both.
 *
 * @throws AgentError `configuration`, naming each place.
 */
export function readConfiguration({ config, set }: ConfigFlag): Configuration {
  const settings = [...overridesFromEnvironment(process.env), ...overridesFromFlags(set)]
  return loadConfiguration(config, { settings })
}
