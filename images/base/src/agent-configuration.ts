/** Facts about the node that its load balancer's agent needs. */
export interface AgentSettings {
  readonly serfRpc: string
  /** Path of the file with the RPC key. */
  readonly keyFile: string
  readonly configFile: string
  readonly runtimeSocket: string
  /** Mode of the stats socket; `660` where HAProxy is another user's. */
  readonly runtimeSocketMode?: '600' | '660'
  readonly masterSocket: string
  /** `ADDRESS:PORT` for the traffic, the statistics page and the agent's HTTP API. */
  readonly traffic: string
  readonly stats: string
  readonly listen: string
  readonly pool: string
  readonly applicationPort: number
}

/** Returns the configuration file of the load balancer's agent, as data. */
export function agentConfiguration(settings: AgentSettings): object {
  const { serfRpc, keyFile, configFile, runtimeSocket, masterSocket, pool } = settings
  const { runtimeSocketMode = '600' } = settings
  return {
    serf: { rpc: serfRpc, authKeyFile: keyFile },
    haproxy: { configFile, runtimeSocket, runtimeSocketMode, masterSocket },
    stats: settings.stats,
    frontends: [{ name: 'web', bind: settings.traffic, pool }],
    pools: [
      {
        name: pool,
        tags: { role: 'backend' },
        port: settings.applicationPort,
        healthCheck: '/health',
      },
    ],
    // The lab scales to zero, so the last server may be removed too.
    guard: { minServers: 0 },
    listen: settings.listen,
  }
}
