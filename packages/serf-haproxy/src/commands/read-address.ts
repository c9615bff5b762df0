import { plainAgentAddress, type AgentAddress } from '../configuration/agent-address.js'
import { readText } from '../configuration/read-text.js'
import { fileVariable, variablePrefix } from '../variables.js'
import type { ConfigFlag } from './configured-command.js'

/**
 * Reads the settings that locate an agent. The whole configuration is read only
 * if a value may come from elsewhere than the file, or if the file is not plain.
 *
 * @throws AgentError `configuration`, with the place of each error.
 */
export async function readAddress(flags: ConfigFlag): Promise<AgentAddress> {
  const { config } = flags
  const address = isOverridden(flags)
    ? undefined
    : plainAgentAddress(readText(config, 'the configuration'), config)
  if (address) return address
  const { readConfiguration } = await import('./read-configuration.js')
  return readConfiguration(flags)
}

function isOverridden({ set }: ConfigFlag): boolean {
  const names = Object.keys(process.env)
  return (
    set.length > 0 || names.some(name => name.startsWith(variablePrefix) && name !== fileVariable)
  )
}
