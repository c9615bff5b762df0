import { loadConfiguration } from '../configuration/load-configuration.js'
import { overridesFromEnvironment, overridesFromFlags } from '../configuration/overrides.js'
import type { Configuration } from '../configuration/schema.js'
import { rememberConfiguredSecrets } from '../redaction/configured-secrets.js'
import type { ConfigFlag } from './configured-command.js'

/**
 * Reads the configuration: the file, then values from the environment, then
 * the `--set` flags. Later ones win.
 *
 * @throws AgentError `configuration`, with the place of each error.
 */
export function readConfiguration({ config, set }: ConfigFlag): Configuration {
  const settings = [...overridesFromEnvironment(process.env), ...overridesFromFlags(set)]
  const configuration = loadConfiguration(config, { settings })
  rememberConfiguredSecrets(configuration)
  return configuration
}
