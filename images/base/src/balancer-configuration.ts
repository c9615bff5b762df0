import { join } from 'node:path'
import { agentConfiguration } from './agent-configuration.js'

/**
 * Returns the agent's configuration file in a container of `ha`, as JSON, which is also YAML.
 *
 * @param folder - folder of all HAProxy files
 */
export function balancerConfiguration(folder: string, serfRpc: string): string {
  const settings = {
    serfRpc,
    keyFile: join(folder, 'rpc.key'),
    configFile: join(folder, 'haproxy.cfg'),
    runtimeSocket: join(folder, 'runtime.sock'),
    masterSocket: join(folder, 'master.sock'),
    traffic: '0.0.0.0:8080',
    stats: '0.0.0.0:1936',
    listen: '127.0.0.1:9642',
    pool: 'nodes',
    applicationPort: 3000,
  }
  return JSON.stringify(agentConfiguration(settings), null, 2)
}
