import { dirname, resolve } from 'node:path'
import { parseEndpoint, type Endpoint } from './endpoint.js'
import { plainSettings } from './plain-settings.js'

/** The settings that locate an agent. */
export interface AgentAddress {
  readonly listen: Endpoint
  readonly stateFolder: string
  readonly tokenFile?: string | undefined
}

/** Values of the settings that locate an agent, where the file has none. */
export const defaultAddress = { listen: '127.0.0.1:9642', stateFolder: 'serf-haproxy.state' }

/**
 * Returns the settings that locate an agent from the text of a configuration,
 * without the parser of YAML and the schema, which take longer than all else
 * that a command does.
 *
 * @param file - path of the text; relative paths in it start at its folder
 * @returns undefined if the text is not as plain as most files are, if it may hold
 *   secrets, or if a setting is invalid: then the whole configuration has to be read
 */
export function plainAgentAddress(text: string, file: string): AgentAddress | undefined {
  const settings = plainSettings(text, ['listen', 'stateFolder', 'tokenFile'])
  if (!settings || mayHoldSecret.test(text)) return undefined
  const { listen = defaultAddress.listen, tokenFile } = settings
  const { stateFolder = defaultAddress.stateFolder } = settings
  const endpoint = parseEndpoint(listen)
  if (!endpoint) return undefined
  const absolute = (path: string) => resolve(dirname(resolve(file)), path)
  return {
    listen: endpoint,
    stateFolder: absolute(stateFolder),
    tokenFile: tokenFile === undefined ? undefined : absolute(tokenFile),
  }
}

/** Settings whose values no output may show: `values`, and `env` of HAProxy's check. */
const mayHoldSecret = /\b(?:values|env)['"]?\s*:/
