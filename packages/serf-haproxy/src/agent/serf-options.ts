import type { WatchOptions } from 'serf-events'
import type { Configuration } from '../configuration/schema.js'
import { readText } from '../configuration/read-text.js'
import { rememberSecrets } from '../redaction/known-secrets.js'

/**
 * Returns the options of a connection to the Serf agent.
 *
 * @throws AgentError `configuration` if the key file cannot be read.
 */
export function serfOptions({ serf }: Configuration): WatchOptions {
  const { rpc, authKeyFile, resyncMs } = serf
  const key = authKeyFile === undefined ? undefined : readText(authKeyFile, 'the key file').trim()
  const at = { host: rpc.address, port: rpc.port, resyncMs }
  if (key !== undefined) rememberSecrets([key])
  return { ...at, ...(key !== undefined && { authKey: key }) }
}
