import { runArguments } from 'lab-images'
import { containerName, publishedPorts, type ContainerPlace } from './container-place.js'
import type { StageMount } from './container-stage.js'
import { addressOf, balancer, ports } from '../engine/place.js'
import { roleOf } from '../engine/stage.js'

/** The label of everything that belongs to a lab; its value is the lab's network. */
export const labLabel = 'serf-haproxy.lab'
/** The label with a node's name. */
export const nodeLabel = 'serf-haproxy.node'

/** The name that all nodes have in the network's DNS. */
const clusterName = 'cluster'

/** Returns the arguments of `docker run` for a node of this lab. */
export function nodeArguments(
  place: ContainerPlace,
  node: string,
  keys: string,
  { options, command }: StageMount,
): string[] {
  const address = addressOf(place, node)
  return runArguments({
    image: roleOf(node),
    name: containerName(place, node),
    hostname: node,
    labels: { [labLabel]: place.network, [nodeLabel]: node },
    network: place.network,
    alias: clusterName,
    address,
    published: publishedPorts(place, node),
    keys,
    environment: environmentOf(node, address),
    options,
    command,
  })
}

function environmentOf(node: string, address: string): Record<string, string> {
  return {
    NODE_NAME: node,
    NODE_ADDRESS: address,
    SERF_SEEDS: clusterName,
    // Timeouts for nodes that share a machine.
    SERF_PROFILE: 'local',
    // The lab queries the balancer's agent; it needs the key for that.
    ...(node === balancer && { SERF_RPC_ADDR: `${address}:${ports.serfRpc}` }),
  }
}
