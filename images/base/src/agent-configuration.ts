/** What the load balancer's agent has to know of its node. */
export interface AgentSettings {
  readonly serfRpc: string
  /** File with the RPC key. */
  readonly keyFile: string
  readonly configFile: string
  readonly runtimeSocket: string
  readonly masterSocket: string
  /** `ADDRESS:PORT` of the traffic, the statistics page and the agent's own state. */
  readonly traffic: string
  readonly stats: string
  readonly listen: string
  readonly pool: string
  readonly applicationPort: number
}

/** The configuration file of the load balancer's agent, as data. */
export function agentConfiguration(settings: AgentSettings): object {
  const { serfRpc, keyFile, configFile, runtimeSocket, masterSocket, pool } = settings
  return {
    serf: { rpc: serfRpc, authKeyFile: keyFile },
    haproxy: { configFile, runtimeSocket, masterSocket },
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
    // The lab scales to none: the last one may go too.
    guard: { minServers: 0 },
    listen: settings.listen,
  }
}
