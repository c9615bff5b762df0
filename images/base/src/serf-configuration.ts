import type { Keys } from './keys.js'

/** What a node is for; it is the tag `role` of its Serf agent. */
export type Role = 'balancer' | 'backend'

/** What differs between the Serf agents of two nodes. */
export interface SerfSettings {
  readonly name: string
  readonly role: Role
  /** Where the agent gossips; other nodes are told this address. */
  readonly address: string
  readonly gossipPort: number
  /** Where its RPC listens, as `ADDRESS:PORT`. */
  readonly rpc: string
  readonly keys: Keys
  /** Serf's set of times: `lan` between machines, `local` on one. */
  readonly profile: 'lan' | 'local'
  /** Addresses to join through, tried until one answers. */
  readonly seeds?: readonly string[]
}

/** The configuration file of a node's Serf agent, as data. */
export function serfConfiguration(settings: SerfSettings): object {
  const { name, role, address, gossipPort, rpc, keys, profile, seeds = [] } = settings
  return {
    node_name: name,
    bind: `${address}:${gossipPort}`,
    rpc_addr: rpc,
    encrypt_key: keys.gossip,
    rpc_auth: keys.rpc,
    tags: { role },
    profile,
    // Without it a stop looks like a crash to everybody else.
    leave_on_terminate: true,
    ...(seeds.length > 0 && { retry_join: seeds, retry_interval: '1s' }),
  }
}
