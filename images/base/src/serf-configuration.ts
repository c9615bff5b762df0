import type { Keys } from './keys.js'

/** Task of a node; the tag `role` of its Serf agent. */
export type Role = 'balancer' | 'backend'

/** Settings that differ between the Serf agents of two nodes. */
export interface SerfSettings {
  readonly name: string
  readonly role: Role
  /** Address that the agent gossips at and advertises to other nodes. */
  readonly address: string
  readonly gossipPort: number
  /** Address of the RPC listener, as `ADDRESS:PORT`. */
  readonly rpc: string
  readonly keys: Keys
  /** Serf's timing profile: `lan` between machines, `local` on one. */
  readonly profile: 'lan' | 'local'
  /** Addresses to join through, tried until one answers. */
  readonly seeds?: readonly string[]
}

/** Returns the configuration file of a node's Serf agent, as data. */
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
    // Without it a stop looks like a crash to the other members.
    leave_on_terminate: true,
    ...(seeds.length > 0 && { retry_join: seeds, retry_interval: '1s' }),
  }
}
