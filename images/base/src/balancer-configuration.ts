import { join } from 'node:path'
import { agentConfiguration } from './agent-configuration.js'

/** Folders of a load balancer's container. */
export interface BalancerFolders {
  /** The agent's own files, and HAProxy's configuration file, which HAProxy may read. */
  readonly agent: string
  /** HAProxy's sockets, which the agent's group may use. */
  readonly sockets: string
}

/** Returns the agent's configuration file in a container of `ha`, as JSON, which is also YAML. */
export function balancerConfiguration(folders: BalancerFolders, serfRpc: string): string {
  const settings = {
    serfRpc,
    keyFile: join(folders.agent, 'rpc.key'),
    configFile: join(folders.agent, 'haproxy.cfg'),
    runtimeSocket: join(folders.sockets, 'runtime.sock'),
    runtimeSocketMode: '660',
    masterSocket: join(folders.sockets, 'master.sock'),
    traffic: '0.0.0.0:8080',
    stats: '0.0.0.0:1936',
    listen: '127.0.0.1:9642',
    pool: 'nodes',
    applicationPort: 3000,
  } as const
  return JSON.stringify(agentConfiguration(settings), null, 2)
}
