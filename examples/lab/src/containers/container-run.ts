import { tagOf } from 'lab-images'
import { containerName, publishedPorts, type ContainerPlace } from './container-place.js'
import type { StageMount } from './container-stage.js'
import { addressOf, balancer, ports } from '../engine/place.js'

/** The label that all of a lab carries; its value is the lab's network. */
export const labLabel = 'serf-haproxy.lab'
/** The label with a node's name. */
export const nodeLabel = 'serf-haproxy.node'

/** All that Serf's leave and the application's requests may take; seconds. */
export const stopSeconds = 25

/** What PID 1 needs to start and stop services of other users; they have no capability at all. */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'SETGID', 'SETUID']

/** The words of `docker run` for a node: nothing of it can be written to but `/run`. */
export function runArguments(
  place: ContainerPlace,
  node: string,
  keys: string,
  { options, command }: StageMount,
): string[] {
  const address = addressOf(place, node)
  const published = publishedPorts(place, node).map(
    ({ own, published }) => `--publish=127.0.0.1:${published}:${own}`,
  )
  return [
    'run',
    '--detach',
    `--name=${containerName(place, node)}`,
    `--hostname=${node}`,
    `--label=${labLabel}=${place.network}`,
    `--label=${nodeLabel}=${node}`,
    `--network=${place.network}`,
    `--ip=${address}`,
    '--network-alias=cluster',
    ...published,
    `--volume=${keys}:/keys:ro,z`,
    '--read-only',
    '--tmpfs=/run:rw,exec,nosuid,nodev,mode=755,size=16m',
    '--cap-drop=ALL',
    ...capabilities.map(name => `--cap-add=${name}`),
    '--security-opt=no-new-privileges',
    `--stop-timeout=${stopSeconds}`,
    ...Object.entries(environmentOf(node, address)).map(
      ([name, value]) => `--env=${name}=${value}`,
    ),
    ...options,
    tagOf(node === balancer ? 'ha' : 'webapp'),
    ...command,
  ]
}

function environmentOf(node: string, address: string): Record<string, string> {
  return {
    NODE_NAME: node,
    NODE_ADDRESS: address,
    // Every node has this name in the network's DNS.
    SERF_SEEDS: 'cluster',
    // Times for nodes that share a machine.
    SERF_PROFILE: 'local',
    // The lab asks the balancer's agent; it needs the key for that.
    ...(node === balancer && { SERF_RPC_ADDR: `${address}:${ports.serfRpc}` }),
  }
}
